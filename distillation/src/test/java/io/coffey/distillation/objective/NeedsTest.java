// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NeedsTest {

    private static final Needs REVERSE = needs(Map.of("type", "divergence", "direction", "reverse", "topK", "8"));

    @Test
    void lacksNothingOfWhatWasMadeForMore() {
        Needs jsd = needs(Map.of("type", "divergence", "direction", "jsd", "topK", "16"));

        assertThat(REVERSE.missingFrom(jsd).words()).isEmpty();
        assertThat(needs(Map.of("type", "policy-gradient")).missingFrom(REVERSE).words())
                .isEmpty();
    }

    @Test
    void namesWhatWasNotAttached() {
        Needs wider = needs(Map.of("type", "divergence", "direction", "jsd", "topK", "16"));

        assertThat(wider.missingFrom(REVERSE).words())
                .containsExactly("the teacher's 16 likeliest tokens", "the student's 16 likeliest tokens");
        assertThat(needs(Map.of("type", "policy-gradient", "samples", "3"))
                        .missingFrom(REVERSE)
                        .words())
                .containsExactly("2 further tokens at every position");
    }

    private static Needs needs(Map<String, String> settings) {
        return Objectives.create(settings).needs();
    }
}
