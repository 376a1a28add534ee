// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import static io.coffey.rollout.Requests.atLeast;
import static io.coffey.rollout.Requests.exactly;
import static io.coffey.rollout.Requests.policy;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CurrentPolicyTest {

    private static final Decision ADMIT = new Decision.Admit();
    private static final Decision WAIT = new Decision.Wait();

    private final CurrentPolicy policy = new CurrentPolicy();

    private void serve(long version) {
        policy.announced(policy(version));
        policy.serving(version);
    }

    private static Decision move(long version) {
        return new Decision.Move(policy(version));
    }

    @Test
    void waitsForTheFirstVersion() {
        assertThat(policy.decide(null)).isEqualTo(WAIT);
        assertThat(policy.decide(exactly(0, 0))).isEqualTo(WAIT);
        assertThat(policy.decide(atLeast(0, 0))).isEqualTo(WAIT);
    }

    @Test
    void takesTheNewestVersionWhileIdle() {
        policy.announced(policy(3));
        policy.announced(policy(4));

        assertThat(policy.decide(null)).isEqualTo(move(4));
    }

    @Test
    void admitsAnExactRequestUnderItsVersionOnly() {
        serve(3);
        policy.announced(policy(4));

        assertThat(policy.decide(exactly(0, 3))).isEqualTo(ADMIT);
        assertThat(policy.decide(exactly(0, 4))).isEqualTo(move(4));
        assertThat(policy.decide(exactly(0, 5))).isEqualTo(WAIT);
    }

    @Test
    void keepsTheOldVersionUntilNoActiveRequestNeedsIt() {
        serve(3);
        policy.announced(policy(4));
        policy.started(1, exactly(0, 3));
        policy.started(2, exactly(1, 3));

        assertThat(policy.decide(exactly(2, 4))).isEqualTo(WAIT);
        assertThat(policy.decide(null)).isEqualTo(WAIT);
        policy.ended(1);
        assertThat(policy.decide(exactly(2, 4))).isEqualTo(WAIT);
        policy.ended(2);

        assertThat(policy.decide(exactly(2, 4))).isEqualTo(move(4));
    }

    @Test
    void followsTheHeadThroughSeveralGenerationsAlthoughNewerOnesAreThere() {
        serve(3);
        policy.announced(policy(4));
        policy.announced(policy(5));

        assertThat(policy.decide(exactly(0, 3))).isEqualTo(ADMIT);
        assertThat(policy.decide(exactly(1, 4))).isEqualTo(move(4));
    }

    @Test
    void remembersABoundedNumberOfVersionsAndTheStudentBeforeTraining() {
        for (long version = 0; version <= CurrentPolicy.REMEMBERED + 2; version++) {
            policy.announced(policy(version));
        }

        assertThat(policy.decide(exactly(0, 0))).isEqualTo(move(0));
        assertThat(policy.decide(exactly(0, 2))).isInstanceOf(Decision.Refuse.class);
        assertThat(policy.decide(exactly(0, 3))).isEqualTo(move(3));
    }

    @Test
    void goesBackForARedoneRequest() {
        policy.announced(policy(3));
        serve(4);

        assertThat(policy.decide(exactly(0, 3))).isEqualTo(move(3));

        policy.started(1, atLeast(9, 4));
        assertThat(policy.decide(exactly(0, 3))).isEqualTo(WAIT);
    }

    @Test
    void swapsWeightsUnderRequestsThatNameALeastVersion() {
        serve(3);
        policy.started(1, atLeast(0, 2));
        assertThat(policy.decide(atLeast(1, 3))).isEqualTo(ADMIT);

        policy.announced(policy(4));

        assertThat(policy.decide(null)).isEqualTo(move(4));
        assertThat(policy.decide(atLeast(1, 3))).isEqualTo(move(4));
        assertThat(policy.decide(atLeast(1, 5))).isEqualTo(WAIT);
    }

    @Test
    void admitsALeastVersionWhileAnExactRequestHoldsTheOldOne() {
        serve(3);
        policy.started(1, exactly(0, 3));
        policy.announced(policy(4));

        assertThat(policy.decide(atLeast(1, 3))).isEqualTo(ADMIT);
        assertThat(policy.decide(atLeast(1, 4))).isEqualTo(WAIT);
    }

    @Test
    void neverServesRefusedWeightsAndReturnsTheCreditsThatNeedThem() {
        serve(3);
        policy.announced(policy(4));
        policy.refused(4, "version 4 is broken");

        assertThat(policy.decide(null)).isEqualTo(WAIT);
        assertThat(policy.decide(atLeast(0, 3))).isEqualTo(ADMIT);
        assertThat(policy.decide(atLeast(0, 4))).isEqualTo(new Decision.Refuse("version 4 is broken"));
        assertThat(policy.decide(exactly(0, 4))).isEqualTo(new Decision.Refuse("version 4 is broken"));

        policy.announced(policy(5));
        assertThat(policy.decide(atLeast(0, 4))).isEqualTo(move(5));
    }

    @Test
    void refusesAVersionThatWillNotBeAnnouncedAnyMore() {
        serve(7);

        assertThat(policy.decide(exactly(12, 5)))
                .isEqualTo(new Decision.Refuse(
                        "request 12 needs policy version 5, which is no longer announced; the newest is 7"));
    }
}
