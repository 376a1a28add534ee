// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import static io.coffey.rollout.Requests.atLeast;
import static io.coffey.rollout.Requests.exactly;
import static io.coffey.rollout.Requests.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolloutWorkerTest {

    private final FakeEngine engine = new FakeEngine(4);
    private final Set<Long> broken = new HashSet<>();
    private final RolloutProgress progress = new RolloutProgress();
    private final RolloutWorker<String> worker = new RolloutWorker<>(
            engine, p -> new byte[] {(byte) (broken.contains(p.version()) ? 'X' : 0)}, "worker", 100, progress);
    private final List<Answer<String>> answers = new ArrayList<>();

    private void advanceToTheEnd() {
        for (int step = 0; step < 200; step++) {
            worker.advance();
        }
        answers.addAll(worker.release().results());
    }

    private List<String> sources() {
        return answers.stream().map(Answer::source).toList();
    }

    private List<Long> versionsOf(String source) {
        return answers.stream()
                .filter(a -> a.source().equals(source))
                .flatMap(a -> a.trajectories().stream())
                .flatMap(t -> t.versions().stream())
                .map(v -> v.version())
                .distinct()
                .toList();
    }

    @Test
    void answersInTheOrderOfTheLog() {
        worker.announced(policy(0));
        for (int i = 0; i < 12; i++) {
            worker.take(0, 100 + i, "r" + i, exactly(i, 0));
        }

        for (int step = 0; step < 200; step++) {
            worker.advance();
        }
        ReorderBuffer.Released<Answer<String>> released = worker.release();

        assertThat(released.results())
                .extracting(Answer::source)
                .containsExactly("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11");
        assertThat(released.nextOffsets()).isEqualTo(Map.of(0, 112L));
        assertThat(worker.held()).isZero();
        assertThat(progress.trajectories()).isEqualTo(12);
        assertThat(progress.tokens())
                .isEqualTo(released.results().stream()
                        .flatMap(a -> a.trajectories().stream())
                        .mapToLong(Trajectory::length)
                        .sum());
        assertThat(progress.version()).isZero();
    }

    @Test
    void samplesEveryGenerationWithItsVersionAlone() {
        worker.announced(policy(0));
        worker.announced(policy(1));
        worker.announced(policy(2));
        for (int i = 0; i < 18; i++) {
            worker.take(i % 2, i, "r" + i, exactly(i, i / 6));
        }

        advanceToTheEnd();

        for (int i = 0; i < 18; i++) {
            assertThat(versionsOf("r" + i)).containsExactly((long) (i / 6));
        }
        assertThat(engine.versionsUsed).as("each version once").containsExactly(0L, 1L, 2L);
    }

    @Test
    void startsInDispatchOrderAcrossPartitions() {
        worker.announced(policy(0));
        worker.take(0, 1, "a", exactly(0, 0));
        worker.take(0, 2, "c", exactly(2, 0));
        worker.take(1, 1, "b", exactly(1, 0));
        worker.take(1, 2, "d", exactly(3, 0));

        worker.advance();

        assertThat(engine.numbersSubmitted).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void givesNewWeightsToHalfSampledRequestsThatNameALeastVersion() {
        worker.announced(policy(0));
        for (int i = 0; i < 4; i++) {
            worker.take(0, i, "r" + i, Requests.of(i, 0, VersionRule.AT_LEAST, 1, 30));
        }
        worker.advance();
        worker.advance();

        worker.announced(policy(1));
        advanceToTheEnd();

        assertThat(versionsOf("r0")).containsExactly(0L, 1L);
    }

    @Test
    void keepsThePreviousVersionWhenNewWeightsAreUnusable() {
        broken.add(1L);
        worker.announced(policy(0));
        worker.advance();
        worker.announced(policy(1));
        worker.take(0, 0, "old", atLeast(0, 0));
        worker.take(0, 1, "new", atLeast(1, 1));
        worker.take(0, 2, "later", atLeast(2, 0));

        advanceToTheEnd();

        assertThat(sources()).containsExactly("old", "new", "later");
        assertThat(engine.versionsUsed).containsExactly(0L);
        assertThat(answers.get(0).cause()).isNull();
        assertThat(answers.get(1).cause()).isEqualTo("version 1 is broken");
        assertThat(answers.get(1).trajectories()).hasSize(1).allMatch(Trajectory::failed);
        assertThat(answers.get(2).cause()).isNull();
        assertThat(progress.failed()).isEqualTo(1);
    }

    @Test
    void returnsTheCreditsOfARequestThatDoesNotFit() {
        worker.announced(policy(0));
        worker.take(0, 0, "long", Requests.of(0, 0, VersionRule.EXACT, 3, 1000));
        worker.take(0, 1, "short", exactly(1, 0));

        advanceToTheEnd();

        assertThat(answers.get(0).trajectories()).hasSize(3).allMatch(Trajectory::failed);
        assertThat(answers.get(0).cause()).contains("the model's context is 64");
        assertThat(answers.get(1).cause()).isNull();
    }

    @Test
    void keepsARejectedRecordInItsPlace() {
        worker.announced(policy(0));
        worker.take(0, 0, "first", exactly(0, 0));
        worker.reject(0, 1, new Answer<>("garbage", List.of(), "not a request"));
        worker.take(0, 2, "last", exactly(1, 0));
        assertThat(worker.releasable()).isFalse();

        advanceToTheEnd();

        assertThat(sources()).containsExactly("first", "garbage", "last");
    }

    @Test
    void abandonsARevokedPartitionAndRedoesItTheSame() {
        worker.announced(policy(0));
        worker.take(0, 5, "r", Requests.of(3, 0, VersionRule.EXACT, 6, 20));
        worker.take(1, 8, "other", exactly(4, 0));
        worker.advance();

        worker.forget(0);
        advanceToTheEnd();
        assertThat(sources()).containsExactly("other");

        worker.take(0, 5, "r", Requests.of(3, 0, VersionRule.EXACT, 6, 20));
        advanceToTheEnd();
        assertThat(sources()).containsExactly("other", "r");
        assertThat(answers.get(1).trajectories())
                .extracting(Trajectory::id)
                .containsExactly("3.0", "3.1", "3.2", "3.3", "3.4", "3.5");
    }

    @Test
    void aRevokedPartitionDoesNotHoldTheOldVersion() {
        worker.announced(policy(0));
        worker.take(0, 5, "r", Requests.of(3, 0, VersionRule.EXACT, 1, 50));
        worker.advance();
        worker.announced(policy(1));
        worker.take(1, 8, "next", exactly(9, 1));
        worker.advance();
        assertThat(engine.versionsUsed).containsExactly(0L);

        worker.forget(0);
        worker.advance();

        assertThat(engine.versionsUsed).containsExactly(0L, 1L);
    }

    @Test
    void forgetsEverythingToReadItAgain() {
        worker.announced(policy(0));
        worker.take(0, 5, "a", exactly(3, 0));
        worker.take(1, 8, "b", exactly(4, 7));
        worker.advance();

        worker.forgetAll();

        assertThat(worker.held()).isZero();
        assertThat(worker.queued()).isZero();
        assertThat(worker.sampling()).isFalse();
        assertThat(engine.active()).isZero();
    }
}
