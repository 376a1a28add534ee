// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every engine promises. An engine under test has a context of 64 tokens and a vocabulary of 100. */
abstract class RolloutEngineContract {

    private static final int SLOTS = 3;

    private final List<RolloutEngine> opened = new ArrayList<>();

    /** An engine of this many slots without weights. */
    abstract RolloutEngine open(int slots);

    /** The announcement of some weights; versions have different weights. */
    abstract PolicyVersion policy(long version);

    /** The weights of an announcement. */
    abstract byte[] weights(long version);

    /** The fingerprint of the engine's tokenizer. */
    abstract String tokenizer();

    @AfterEach
    void closeEngines() {
        opened.forEach(RolloutEngine::close);
    }

    private RolloutEngine engine() {
        RolloutEngine engine = open(SLOTS);
        opened.add(engine);
        return engine;
    }

    private RolloutEngine serving(long version) {
        RolloutEngine engine = engine();
        use(engine, version);
        return engine;
    }

    private void use(RolloutEngine engine, long version) {
        try {
            engine.use(policy(version), weights(version));
        } catch (UnusableWeightsException e) {
            throw new AssertionError(e);
        }
    }

    private RolloutRequest request(long number, int samples, int maxNewTokens, int topK, boolean entropy) {
        return new RolloutRequest(
                "run",
                number,
                "prompt",
                new int[] {3, 1, (int) (number % 90)},
                samples,
                new Sampling(1, 0, 1, maxNewTokens),
                77 + number,
                1,
                VersionRule.AT_LEAST,
                topK,
                entropy,
                0,
                tokenizer());
    }

    /** What came back, by ticket. */
    private record Answers(Map<Long, List<Trajectory>> byTicket) {
        List<Trajectory> to(long ticket) {
            return Objects.requireNonNull(byTicket.get(ticket), "no answer to " + ticket);
        }
    }

    private static Answers finish(RolloutEngine engine) {
        Answers answers = new Answers(new HashMap<>());
        for (int step = 0; step < 1000 && engine.active() > 0; step++) {
            engine.advance().forEach(f -> answers.byTicket().put(f.ticket(), f.trajectories()));
        }
        engine.advance().forEach(f -> answers.byTicket().put(f.ticket(), f.trajectories()));
        assertThat(engine.active()).isZero();
        return answers;
    }

    private static long versionAt(Trajectory trajectory, int position) {
        int end = 0;
        for (VersionRun run : trajectory.versions()) {
            end += run.count();
            if (position < end) {
                return run.version();
            }
        }
        throw new AssertionError("no version at " + position);
    }

    private static void assertSameSamples(List<Trajectory> actual, List<Trajectory> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).id()).isEqualTo(expected.get(i).id());
            assertThat(actual.get(i).tokens()).isEqualTo(expected.get(i).tokens());
            assertThat(actual.get(i).behaviorLogProbs())
                    .isEqualTo(expected.get(i).behaviorLogProbs());
            assertThat(actual.get(i).finishReason()).isEqualTo(expected.get(i).finishReason());
        }
    }

    @Test
    void answersARequestWithAllItsSamplesAlsoWhenTheyOutnumberTheSlots() {
        RolloutEngine engine = serving(1);

        engine.submit(5, request(9, 2 * SLOTS + 1, 6, 0, false));
        Answers answers = finish(engine);

        assertThat(answers.byTicket()).containsOnlyKeys(5L);
        assertThat(answers.to(5))
                .extracting(Trajectory::id)
                .containsExactly("9.0", "9.1", "9.2", "9.3", "9.4", "9.5", "9.6");
        assertThat(answers.to(5)).allSatisfy(t -> {
            assertThat(t.length()).isBetween(1, 6);
            assertThat(t.mask()).containsOnly(1);
            assertThat(t.finishReason()).isNotEqualTo(FinishReason.FAILED);
        });
    }

    @Test
    void samplesTheSameWhateverElseIsInFlight() {
        RolloutEngine alone = serving(1);
        alone.submit(1, request(4, 2, 12, 0, false));
        List<Trajectory> expected = finish(alone).to(1);

        RolloutEngine busy = serving(1);
        busy.submit(7, request(2, 2, 5, 0, false));
        busy.advance();
        busy.submit(8, request(4, 2, 12, 0, false));
        busy.submit(9, request(6, 3, 12, 0, false));
        Answers answers = finish(busy);

        assertSameSamples(answers.to(8), expected);
    }

    @Test
    void samplesDifferentlyWithAnotherSeed() {
        RolloutEngine engine = serving(1);

        engine.submit(1, request(4, 8, 12, 0, false));
        engine.submit(2, request(5, 8, 12, 0, false));
        Answers answers = finish(engine);

        List<Trajectory> samples = answers.to(1);
        assertThat(samples.stream().map(t -> List.of(boxed(t.tokens()))).distinct())
                .as("distinct samples of one request")
                .hasSizeGreaterThan(1);
        assertThat(samples.get(0).tokens()).isNotEqualTo(answers.to(2).get(0).tokens());
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }

    @Test
    void recordsTheVersionOfEveryToken() {
        RolloutEngine engine = serving(1);
        engine.submit(1, request(4, SLOTS, 40, 0, false));

        List<Finished> early = new ArrayList<>(engine.advance());
        use(engine, 2);
        early.addAll(engine.advance());
        use(engine, 3);
        Answers answers = finish(engine);
        early.forEach(f -> answers.byTicket().put(f.ticket(), f.trajectories()));

        List<Trajectory> samples = answers.to(1);
        assertThat(samples).allSatisfy(t -> {
            assertThat(t.versions().stream().mapToInt(VersionRun::count).sum()).isEqualTo(t.length());
            assertThat(versionAt(t, 0)).isEqualTo(1);
            assertThat(versionAt(t, t.length() - 1)).isEqualTo(Math.min(3, t.length()));
        });
        assertThat(samples).as("a sample that crosses versions").anyMatch(t -> t.length() > 2);
    }

    @Test
    void failsARequestThatDoesNotFitAndSamplesTheOthers() {
        RolloutEngine engine = serving(1);

        engine.submit(1, request(4, 2, 62, 0, false));
        engine.submit(2, request(5, 1, 61, 0, false));
        Answers answers = finish(engine);

        assertThat(answers.to(1)).hasSize(2).allSatisfy(t -> {
            assertThat(t.failed()).isTrue();
            assertThat(t.failure())
                    .isEqualTo("request 4 has 3 prompt tokens and asks for 62 new ones, but the model's context is 64");
        });
        assertThat(answers.to(2).get(0).failed()).isFalse();
    }

    @Test
    void failsARequestOfAnotherTokenizer() {
        RolloutEngine engine = serving(1);
        RolloutRequest own = request(4, 1, 8, 0, false);

        engine.submit(
                1,
                new RolloutRequest(
                        own.runId(),
                        own.number(),
                        own.promptId(),
                        own.promptTokens(),
                        1,
                        own.sampling(),
                        own.seed(),
                        1,
                        own.versionRule(),
                        0,
                        false,
                        0,
                        "another"));

        assertThat(finish(engine).to(1).get(0).failure()).contains("ids of tokenizer another");
    }

    @Test
    void recordsTheStudentsTopTokensAndEntropyWhenAsked() {
        RolloutEngine engine = serving(1);

        engine.submit(1, request(4, 1, 8, 5, true));
        engine.submit(2, request(5, 1, 8, 0, false));
        Answers answers = finish(engine);

        Trajectory asked = answers.to(1).get(0);
        TopTokens top = Objects.requireNonNull(asked.studentTop());
        assertThat(top.k()).isEqualTo(5);
        assertThat(top.length()).isEqualTo(asked.length());
        assertThat(asked.studentEntropy()).hasSize(asked.length());
        assertThat(answers.to(2).get(0).studentTop()).isNull();
        assertThat(answers.to(2).get(0).studentEntropy()).isNull();
    }

    @Test
    void neverAnswersAnAbandonedRequestAndSamplesTheOthersAsBefore() {
        RolloutEngine undisturbed = serving(1);
        undisturbed.submit(2, request(5, 2, 20, 0, false));
        List<Trajectory> expected = finish(undisturbed).to(2);

        RolloutEngine engine = serving(1);
        engine.submit(1, request(4, 2 * SLOTS, 40, 0, false));
        engine.submit(2, request(5, 2, 20, 0, false));
        engine.advance();
        engine.abandon(1);
        engine.abandon(99);
        Answers answers = finish(engine);

        assertThat(answers.byTicket()).containsOnlyKeys(2L);
        assertSameSamples(answers.to(2), expected);
    }

    @Test
    void takesATicketAgainAfterItWasAbandoned() {
        RolloutEngine engine = serving(1);
        engine.submit(1, request(4, 1, 40, 0, false));
        engine.advance();
        engine.abandon(1);

        engine.submit(1, request(5, 1, 8, 0, false));

        assertThat(finish(engine).to(1)).extracting(Trajectory::id).containsExactly("5.0");
    }

    @Test
    void countsWhatItHasRoomFor() {
        RolloutEngine engine = serving(1);
        assertThat(engine.freeSlots()).isEqualTo(SLOTS);

        engine.submit(1, request(4, 2, 8, 0, false));
        assertThat(engine.freeSlots()).isEqualTo(SLOTS - 2);
        assertThat(engine.active()).isEqualTo(2);
        finish(engine);

        assertThat(engine.freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void hasNothingToDoWithoutRequests() {
        assertThat(engine().advance()).isEmpty();
        assertThat(serving(1).advance()).isEmpty();
    }

    @Test
    void refusesToSampleWithoutWeights() {
        RolloutEngine engine = engine();
        engine.submit(1, request(4, 1, 8, 0, false));

        assertThatThrownBy(engine::advance).isInstanceOf(IllegalStateException.class);
    }
}
