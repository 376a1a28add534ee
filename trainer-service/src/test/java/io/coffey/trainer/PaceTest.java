// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void letsOneGenerationOutBeforeTheFirstStepWhenSynchronous() {
        Pace pace = new Pace(Order.LOCKSTEP, 8, 2, 0, 1);

        assertThat(pace.requestsPerStep()).isEqualTo(4);
        assertThat(pace.dispatchedAfter(0)).isEqualTo(4);
        assertThat(pace.dispatchedAfter(1)).isEqualTo(8);
    }

    @Test
    void letsOneMoreGenerationOutForEachStepOfStaleness() {
        assertThat(new Pace(Order.ASYNC, 8, 1, 3, 1).dispatchedAfter(0)).isEqualTo(32);
    }

    @Test
    void spendsStalenessOnTheAgeOfWeightsBetweenPublicationsFirst() {
        Pace pace = new Pace(Order.PIPELINED, 8, 1, 2, 2);

        assertThat(pace.lookahead()).isEqualTo(1);
        assertThat(pace.publishes(3)).isFalse();
        assertThat(pace.publishes(4)).isTrue();
    }

    @Test
    void namesTheTrajectoriesOfAGenerationInOrder() {
        assertThat(new Pace(Order.LOCKSTEP, 4, 2, 0, 1).generationOf(2)).containsExactly("2.0", "2.1", "3.0", "3.1");
    }

    @Test
    void asksForVersion0AndLetsNothingExpireInASnapshot() {
        Pace snapshot = new Pace(Order.SNAPSHOT, 8, 1, 2, 50);
        Pace lockstep = new Pace(Order.LOCKSTEP, 8, 1, 2, 1);

        assertThat(snapshot.requestedVersion(7)).isZero();
        assertThat(snapshot.expires(1000)).isFalse();
        assertThat(snapshot.dispatchedAfter(0)).isEqualTo(24);
        assertThat(lockstep.requestedVersion(7)).isEqualTo(7);
        assertThat(lockstep.expires(3)).isTrue();
        assertThat(lockstep.expires(2)).isFalse();
    }

    @Test
    void refusesABatchThatSamplesDoNotDivide() {
        assertThatThrownBy(() -> new Pace(Order.LOCKSTEP, 9, 2, 0, 1))
                .hasMessage("trainer.batch must be a positive multiple of sampling.samplesPerPrompt, found 9 and 2");
    }

    @Test
    void refusesABoundThatWeightsBreakBetweenPublications() {
        assertThatThrownBy(() -> new Pace(Order.LOCKSTEP, 8, 1, 0, 2)).hasMessageContaining("found 0 and 2");
    }
}
