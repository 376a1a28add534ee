// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.sampling.Partner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** For requests to the student it is as good an engine as any. */
class TeacherEngineTest extends RolloutEngineContract {

    private static final DecoderConfig CONFIG =
            new DecoderConfig(100, 32, 48, 2, 4, 2, 8, 64, 1e-5, 10000, true, List.of(0));
    private static final Decoder DECODER = new Decoder(CONFIG);
    private static final long TEACHER = 99;

    @Override
    TeacherEngine open(int slots) {
        LocalEngine teacher = engine(slots, Origin.TEACHER);
        Weights weights = DECODER.weights(ByteBuffer.wrap(weights(TEACHER)));
        teacher.serve(weights, 0);
        return new TeacherEngine(
                DECODER,
                Requests.TOKENIZER,
                "worker",
                engine(slots, Origin.STUDENT),
                teacher,
                new LocalEngine(DECODER, Requests.TOKENIZER, slots, "worker", new Partner(DECODER, weights)));
    }

    private static LocalEngine engine(int slots, Origin origin) {
        return new LocalEngine(DECODER, Requests.TOKENIZER, slots, "worker", origin);
    }

    @Override
    PolicyVersion policy(long version) {
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
                CONFIG.fingerprint(),
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

    private static RolloutRequest request(Origin origin, int maxNewTokens, int topK) {
        return request(origin, new Sampling(1, 0, 1, maxNewTokens, 0.5f), topK);
    }

    private static RolloutRequest request(Origin origin, Sampling sampling, int topK) {
        return new RolloutRequest(
                "run",
                4,
                "prompt",
                new int[] {3, 1, 4},
                2,
                origin,
                sampling,
                77,
                1,
                VersionRule.EXACT,
                topK,
                topK > 0,
                0,
                Requests.TOKENIZER);
    }

    private static List<Trajectory> sample(RolloutEngine engine, RolloutRequest request) {
        engine.submit(1, request);
        List<Finished> finished = new ArrayList<>();
        while (finished.isEmpty()) {
            finished.addAll(engine.advance());
        }
        assertThat(engine.active()).isZero();
        return finished.get(0).trajectories();
    }

    @Test
    void letsTheTeacherWriteWhateverTheStudentIs() throws Exception {
        try (RolloutEngine engine = open(4);
                RolloutEngine alone = engine(4, Origin.STUDENT)) {
            engine.use(policy(1), weights(1));
            alone.use(policy(7), weights(TEACHER));
            List<Trajectory> expected = sample(alone, request(Origin.STUDENT, 8, 0));

            List<Trajectory> written = sample(engine, request(Origin.TEACHER, 8, 0));

            for (int i = 0; i < 2; i++) {
                Trajectory text = written.get(i);
                assertThat(text.origin()).isEqualTo(Origin.TEACHER);
                assertThat(text.tokens()).isEqualTo(expected.get(i).tokens());
                assertThat(text.behaviorLogProbs()).isEqualTo(expected.get(i).behaviorLogProbs());
                assertThat(text.versions()).containsExactly(new VersionRun(1, text.length()));
            }
            assertThat(sample(engine, request(Origin.STUDENT, 8, 0)).get(0).tokens())
                    .as("what the student writes")
                    .isNotEqualTo(written.get(0).tokens());
        }
    }

    @Test
    void hasTheStudentReadWhatTheTeacherWrote() throws Exception {
        try (RolloutEngine engine = open(4)) {
            engine.use(policy(1), weights(1));
            Trajectory first = sample(engine, request(Origin.TEACHER, 8, 100)).get(0);
            engine.use(policy(2), weights(2));
            Trajectory second = sample(engine, request(Origin.TEACHER, 8, 100)).get(0);

            assertThat(second.tokens()).isEqualTo(first.tokens());
            assertThat(top(second)).isNotEqualTo(top(first));
            assertThat(second.versions()).containsExactly(new VersionRun(2, second.length()));
            float[] entropy = Objects.requireNonNull(first.studentEntropy());
            TopTokens top = Objects.requireNonNull(first.studentTop());
            double expected = 0;
            for (float logProb : Arrays.copyOf(top.logProbs(), 100)) {
                expected -= Math.exp(logProb) * logProb;
            }
            assertThat((double) entropy[0]).isCloseTo(expected, within(1e-4));
        }
    }

    private static float[] top(Trajectory trajectory) {
        return Objects.requireNonNull(trajectory.studentTop()).logProbs();
    }

    @Test
    void letsBothWriteTogether() throws Exception {
        try (RolloutEngine engine = open(4)) {
            engine.use(policy(1), weights(1));
            List<Trajectory> written = sample(engine, request(Origin.MIXED, 8, 100));
            List<Trajectory> ofStudent = sample(engine, request(Origin.STUDENT, 8, 100));
            List<Trajectory> ofTeacher = sample(engine, request(Origin.TEACHER, 8, 100));

            Trajectory text = written.get(0);
            assertThat(text.origin()).isEqualTo(Origin.MIXED);
            assertThat(text.versions()).containsExactly(new VersionRun(1, text.length()));
            assertThat(text.processedLogProbs()).isNull();
            // All see the same prompt: half of what either gives the token.
            TopTokens top = Objects.requireNonNull(ofStudent.get(0).studentTop());
            assertThat(Arrays.copyOf(top(text), 100))
                    .containsExactly(Arrays.copyOf(top.logProbs(), 100), within(1e-4f));
            double own = Math.exp(at(top, text.tokens()[0]));
            double expected = Math.log((own + teacherProbability(text.tokens()[0])) / 2);
            assertThat((double) text.behaviorLogProbs()[0]).isCloseTo(expected, within(1e-4));
            assertThat(text.tokens())
                    .isNotEqualTo(ofStudent.get(0).tokens())
                    .isNotEqualTo(ofTeacher.get(0).tokens());
        }
    }

    @Test
    void givesBothTheirShareOfTheTokens() throws Exception {
        try (RolloutEngine engine = open(4)) {
            engine.use(policy(1), weights(1));
            int[] ofStudent =
                    sample(engine, request(Origin.STUDENT, 8, 0)).get(0).tokens();
            int[] ofTeacher =
                    sample(engine, request(Origin.TEACHER, 8, 0)).get(0).tokens();

            assertThat(sample(engine, request(Origin.MIXED, new Sampling(1, 0, 1, 8, 1), 0))
                            .get(0)
                            .tokens())
                    .isEqualTo(ofStudent);
            assertThat(sample(engine, request(Origin.MIXED, new Sampling(1, 0, 1, 8, 0), 0))
                            .get(0)
                            .tokens())
                    .isEqualTo(ofTeacher);
        }
    }

    @Test
    void writesTogetherWithTheStudentOfTheVersionInUse() throws Exception {
        try (RolloutEngine engine = open(4)) {
            engine.use(policy(1), weights(1));
            Trajectory first = sample(engine, request(Origin.MIXED, 8, 0)).get(0);
            engine.use(policy(2), weights(2));
            Trajectory second = sample(engine, request(Origin.MIXED, 8, 0)).get(0);

            assertThat(second.versions()).containsExactly(new VersionRun(2, second.length()));
            assertThat(second.behaviorLogProbs()).isNotEqualTo(first.behaviorLogProbs());
        }
    }

    private double teacherProbability(int token) throws Exception {
        try (RolloutEngine alone = engine(4, Origin.STUDENT)) {
            alone.use(policy(1), weights(TEACHER));
            Trajectory text = sample(alone, request(Origin.STUDENT, 8, 100)).get(0);
            return Math.exp(at(Objects.requireNonNull(text.studentTop()), token));
        }
    }

    private static float at(TopTokens top, int token) {
        return IntStream.range(0, top.k())
                .filter(rank -> top.ids()[rank] == token)
                .mapToObj(rank -> top.logProbs()[rank])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void failsWhatTheStudentCouldNotRead() throws Exception {
        try (RolloutEngine engine = open(4)) {
            engine.use(policy(1), weights(1));

            assertThat(sample(engine, request(Origin.TEACHER, 62, 0)).get(0).failure())
                    .isEqualTo("request 4 has 3 prompt tokens and asks for 62 new ones, but the model's context is 64");
        }
    }

    @Test
    void aWorkerWithoutATeacherGivesTheCreditBack() throws Exception {
        try (RolloutEngine engine = engine(4, Origin.STUDENT)) {
            engine.use(policy(1), weights(1));

            List<Trajectory> answer = sample(engine, request(Origin.TEACHER, 8, 0));

            assertThat(answer).hasSize(2).allMatch(Trajectory::failed);
            assertThat(answer.get(0).failure())
                    .isEqualTo(
                            "request 4 asks for completions of the teacher, which this worker does not have: set rollout.teacher");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Origin.class,
            names = {"TEACHER", "MIXED"})
    void abandonsWhatTheTeacherIsWriting(Origin origin) throws Exception {
        try (RolloutEngine engine = open(4)) {
            engine.use(policy(1), weights(1));
            engine.submit(5, request(origin, 40, 0));
            engine.advance();

            engine.abandon(5);

            assertThat(engine.active()).isZero();
            for (int i = 0; i < 50; i++) {
                assertThat(engine.advance()).isEmpty();
            }
        }
    }
}
