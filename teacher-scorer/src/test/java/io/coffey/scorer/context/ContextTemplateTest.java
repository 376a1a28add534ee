// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ContextTemplateTest {

    @Test
    void putsPromptAndReferenceInTheirPlaces() {
        assertThat(new ContextTemplate("{reference}#{prompt}").fill("1+2=", "1+2=3"))
                .isEqualTo("1+2=3#1+2=");
        assertThat(ContextTemplate.PLAIN.fill("Why?", "Because.")).isEqualTo("Why?\n\nBecause.");
    }

    @Test
    void takesBracesOfPromptsAndReferencesForText() {
        ContextTemplate template = new ContextTemplate("{x} {prompt} {reference} \\boxed{}");

        assertThat(template.fill("{reference}", "{prompt}")).isEqualTo("{x} {reference} {prompt} \\boxed{}");
    }

    @Test
    void namesThePlaceholderThatIsMissing() {
        assertThatThrownBy(() -> new ContextTemplate("{prompt} and no more"))
                .hasMessage("expected a text with {prompt} and {reference}, found none with {reference}");
        assertThatThrownBy(() -> new ContextTemplate("")).hasMessageEndingWith("found none with {prompt}");
    }

    @Test
    void hashesTemplateAndReference() {
        ContextTemplate template = new ContextTemplate("{reference}#{prompt}");

        // printf '{reference}#{prompt}\0001+2=3' | sha256sum
        assertThat(template.hash("1+2=3"))
                .isEqualTo("4e37d1b1620ac3a7bb10d2d872eb29f3a3f25c7860e7b8d6116fb56c74e4b395");
        assertThat(template.hash("1+2=4")).isNotEqualTo(template.hash("1+2=3"));
        assertThat(ContextTemplate.PLAIN.hash("1+2=3")).isNotEqualTo(template.hash("1+2=3"));
    }
}
