// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepetitionTest {

    private static final String LOOP = "the cat sat there, so".repeat(1000);

    @Test
    void findsALoopAndNothingElse() {
        Random random = new Random(1);
        StringBuilder noise = new StringBuilder();
        random.ints(20_000, 'a', 'z').forEach(character -> noise.append((char) character));

        // a loop of 21 bytes, as its inventors count it
        assertThat(Repetition.ratio(LOOP)).isCloseTo(137, within(40.0));
        assertThat(Repetition.ratio(noise.toString())).isLessThan(2);
        assertThat(Repetition.share(List.of(LOOP, noise.toString(), "7+3=10", "")))
                .isEqualTo(0.25);
        assertThat(Repetition.share(List.of())).isZero();
    }

    @Test
    void looksAtTheEndOfALongText() {
        Random random = new Random(1);
        StringBuilder noise = new StringBuilder();
        random.ints(20_000, 'a', 'z').forEach(character -> noise.append((char) character));

        assertThat(Repetition.share(List.of(noise + LOOP))).isEqualTo(1);
        assertThat(Repetition.share(List.of(LOOP + noise))).isZero();
    }
}
