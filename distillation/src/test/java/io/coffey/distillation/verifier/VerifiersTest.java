// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifiersTest {

    private final Verifier runningSum = Verifiers.named("running-sum");

    @ParameterizedTest
    @CsvSource({
        "73519=, 7+3=10+5=15+1=16+9=25",
        "73519=, 9+1=10+5=15+3=18+7=25",
        "73177=, 7+1=8+7=15+7=22+3=25",
        "00=, 0+0=0"
    })
    void acceptsTheDigitsAddedInAnyOrder(String prompt, String completion) {
        assertThat(runningSum.correct(prompt, completion, null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "7", // no sum
                "7+3=10+5=15+1=16", // a digit is missing
                "7+3=10+5=15+1=16+9=26", // the last sum is wrong
                "7+3=11+5=16+1=17+9=26", // an early sum is wrong
                "7+3=10+5=15+1=16+9=2", // cut off within the number
                "7+3=10+5=15+1=16+9=251", // a digit too many
                "7+3=10+5=15+1=16+9=25+0=25", // a term too many
                "7+3=10+3=13+1=14+9=23", // a digit twice, another never
                "7+3=10+5=15+1=16+9=25 ", // something after it
                "7+3=010+5=15+1=16+9=25", // a leading zero
                "7-3=10+5=15+1=16+9=25"
            })
    void rejectsAnythingElse(String completion) {
        assertThat(runningSum.correct("73519=", completion, null)).isFalse();
    }

    @Test
    void refusesAPromptThatIsNoSum() {
        assertThatThrownBy(() -> runningSum.correct("378+945=", "1323", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "verifier running-sum: expected a prompt of two or more digits and \"=\", found \"378+945=\"");
    }

    @Test
    void comparesWithTheReferenceExactlyButForSurroundingSpace() {
        Verifier exactMatch = Verifiers.named("exact-match");

        assertThat(exactMatch.correct("q", " 42\n", "42")).isTrue();
        assertThat(exactMatch.correct("q", "4 2", "42")).isFalse();
        assertThatThrownBy(() -> exactMatch.correct("q", "42", null)).hasMessageContaining("has no reference");
    }

    @Test
    void namesTheVerifiersThereAre() {
        assertThatThrownBy(() -> Verifiers.named("sum"))
                .hasMessage("verifier: expected one of exact-match, running-sum, found \"sum\"");
    }
}
