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
import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.WeightsInitialization;
import io.coffey.service.UserException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A model too small to know anything. */
class LocalEngineTest extends RolloutEngineContract {

    private static final DecoderConfig CONFIG =
            new DecoderConfig(100, 32, 48, 2, 4, 2, 8, 64, 1e-5, 10000, true, List.of(0));
    private static final Decoder DECODER = new Decoder(CONFIG);

    @Override
    RolloutEngine open(int slots) {
        return new LocalEngine(DECODER, Requests.TOKENIZER, slots, "worker");
    }

    @Override
    PolicyVersion policy(long version) {
        return policy(version, CONFIG.fingerprint());
    }

    private static PolicyVersion policy(long version, String config) {
        return new PolicyVersion(
                "run",
                version,
                PolicyVersion.Kind.FULL,
                version,
                1,
                0,
                4,
                "digest",
                Map.of(),
                Requests.TOKENIZER,
                config,
                null);
    }

    @Override
    byte[] weights(long version) {
        return WeightsInitialization.canonical(CONFIG, version);
    }

    @Override
    String tokenizer() {
        return Requests.TOKENIZER;
    }

    private static List<Trajectory> sample(RolloutEngine engine, RolloutRequest request) {
        engine.submit(1, request);
        List<Finished> finished = new ArrayList<>();
        while (finished.isEmpty()) {
            finished.addAll(engine.advance());
        }
        return finished.get(0).trajectories();
    }

    private static RolloutRequest request(Sampling sampling) {
        RolloutRequest plain = Requests.of(4, 0, VersionRule.EXACT, 1, 8);
        return new RolloutRequest(
                plain.runId(),
                plain.number(),
                plain.promptId(),
                plain.promptTokens(),
                24,
                sampling,
                plain.seed(),
                0,
                VersionRule.EXACT,
                0,
                false,
                0,
                plain.tokenizerFingerprint());
    }

    @Test
    void endsASampleAtAStopTokenOrAtTheLengthLimit() throws Exception {
        try (RolloutEngine engine = open(8)) {
            engine.use(policy(0), weights(0));

            List<Trajectory> samples = sample(engine, request(new Sampling(1, 0, 1, 30)));

            assertThat(samples).anyMatch(t -> t.finishReason() == FinishReason.STOP);
            assertThat(samples).anyMatch(t -> t.finishReason() == FinishReason.LENGTH);
            assertThat(samples).allSatisfy(t -> {
                boolean stopped = t.tokens()[t.length() - 1] == 0;
                assertThat(t.finishReason()).isEqualTo(stopped ? FinishReason.STOP : FinishReason.LENGTH);
                assertThat(stopped || t.length() == 30).isTrue();
            });
        }
    }

    @Test
    void drawsAsManyAlternativesAsTheRequestAsksFor() throws Exception {
        try (RolloutEngine engine = open(8)) {
            engine.use(policy(0), weights(0));
            RolloutRequest plain = Requests.of(4, 0, VersionRule.EXACT, 1, 8);

            Trajectory trajectory =
                    sample(engine, Requests.withAlternatives(plain, 3)).get(0);

            TopTokens alternatives = Objects.requireNonNull(trajectory.alternatives());
            assertThat(alternatives.k()).isEqualTo(3);
            assertThat(alternatives.length()).isEqualTo(trajectory.length());
            assertThat(sample(engine, plain).get(0).alternatives()).isNull();
        }
    }

    @Test
    void recordsProcessedLogProbsOnlyWhenTheyDiffer() throws Exception {
        try (RolloutEngine engine = open(8)) {
            engine.use(policy(0), weights(0));

            Trajectory plain = sample(engine, request(new Sampling(1, 0, 1, 8))).get(0);
            Trajectory processed =
                    sample(engine, request(new Sampling(1, 10, 1, 8))).get(0);

            assertThat(plain.processedLogProbs()).isNull();
            float[] drawnWith = Objects.requireNonNull(processed.processedLogProbs());
            assertThat(drawnWith).hasSize(processed.length());
            assertThat(drawnWith[0]).isGreaterThan(processed.behaviorLogProbs()[0]);
        }
    }

    @Test
    void failsASampleWhoseLogProbabilitiesAreNoNumbers() throws Exception {
        ByteBuffer broken = ByteBuffer.wrap(weights(0)).order(ByteOrder.LITTLE_ENDIAN);
        while (broken.hasRemaining()) {
            broken.putFloat(Float.NaN);
        }
        try (RolloutEngine engine = open(8)) {
            engine.use(policy(7), broken.array());

            List<Trajectory> samples = sample(engine, request(new Sampling(1, 0, 1, 3)));

            assertThat(samples).hasSize(24).allMatch(Trajectory::failed);
            assertThat(samples.get(2).failure())
                    .isEqualTo("trajectory 4.2 has log-probability NaN at position 0 under policy version 7");
        }
    }

    @Test
    void keepsThePreviousWeightsWhenNewOnesDoNotFit() throws Exception {
        try (RolloutEngine engine = open(8)) {
            engine.use(policy(3), weights(3));

            assertThatThrownBy(() -> engine.use(policy(4), new byte[8]))
                    .isInstanceOf(UnusableWeightsException.class)
                    .hasMessageContaining("policy version 4 does not fit the student");

            assertThat(sample(engine, request(new Sampling(1, 0, 1, 3)))).allMatch(t -> t.oldestVersion() == 3);
        }
    }

    @Test
    void refusesToServeAnotherModel() {
        try (RolloutEngine engine = open(8)) {
            assertThatThrownBy(() -> engine.use(policy(0, "other"), weights(0)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("run run publishes weights of architecture other");
        }
    }

    @Test
    void joinsConsecutiveTokensOfAVersion() {
        assertThat(SampledTrajectory.runs(new long[] {3, 3, 4, 3}))
                .containsExactly(new VersionRun(3, 2), new VersionRun(4, 1), new VersionRun(3, 1));
        assertThat(SampledTrajectory.runs(new long[] {5})).containsExactly(new VersionRun(5, 1));
    }
}
