// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterSettings;
import io.coffey.distillation.batch.ConfidenceFilter;
import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.training.AdamWSettings;
import io.coffey.training.LearningRate;
import io.coffey.training.StepMemory;
import io.coffey.training.TrainableModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class StudentTrainerTest {

    private static final int V = 23;
    private static final int K = 3;
    private static final DecoderConfig CONFIG =
            new DecoderConfig(V, 16, 32, 2, 2, 1, 8, 64, 1e-5, 1e4, true, List.of(1));
    private static final Decoder DECODER = new Decoder(CONFIG);
    private static final byte[] WEIGHTS = WeightsInitialization.canonical(CONFIG, 3);
    private static final AdamWSettings NEVER_CLIPPED = new AdamWSettings(0.9, 0.999, 1e-8, 0, Double.POSITIVE_INFINITY);
    private static final List<ScoredTrajectory> BATCH =
            List.of(scored(1, 3, 9), scored(2, 11, 17), scored(3, 1, 1), scored(4, 20, 5));

    /** A step, as far as it can be seen. */
    private record Step(Map<String, Double> metrics, byte[] moments, String digest) {}

    static Stream<Map<String, String>> objectives() {
        return Stream.of(
                Map.of("type", "policy-gradient"),
                Map.of("type", "divergence", "direction", "forward", "topK", "3"),
                Map.of("type", "divergence", "direction", "reverse", "topK", "3"),
                Map.of("type", "divergence", "direction", "jsd", "topK", "3", "tail", "renormalise"),
                Map.of("type", "divergence", "direction", "mix", "topK", "3", "mean", "sequences"),
                Map.of("type", "taid", "topK", "3"),
                Map.of("type", "tsd-kd", "topK", "3", "candidates", "3"),
                Map.of("type", "preference"));
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void takesTheSameStepHoweverTheBatchAndTheLossAreCut(Map<String, String> settings) {
        Step whole = step(settings, 4096, new StepMemory(4096, false));

        for (int microBatchTokens : new int[] {1, 60, 4096}) {
            for (int lossChunkTokens : new int[] {1, 4, 11}) {
                Step cut = step(settings, microBatchTokens, new StepMemory(lossChunkTokens, false));

                assertThat(floats(cut.moments())).containsExactly(floats(whole.moments()), within(1e-6f));
                assertThat(cut.metrics()).containsOnlyKeys(whole.metrics().keySet());
                whole.metrics()
                        .forEach((name, value) ->
                                assertThat(cut.metrics().get(name)).as(name).isCloseTo(value, within(1e-5)));
            }
        }
        assertThat(whole.metrics().get("gradientNorm")).isGreaterThan(1e-3);
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void takesTheSameStepToTheBitWhenActivationsAreComputedAgain(Map<String, String> settings) {
        Step keeping = step(settings, 60, new StepMemory(7, false));

        Step recomputing = step(settings, 60, new StepMemory(7, true));

        assertThat(recomputing.digest()).isEqualTo(keeping.digest());
        assertThat(recomputing.moments()).isEqualTo(keeping.moments());
    }

    @Test
    void weighsTheLossOfEveryTrajectory() {
        byte[] even = weighted(trajectory -> new Weighting.Weight(1, Double.NaN));
        byte[] twice = weighted(trajectory -> new Weighting.Weight(2, Double.NaN));
        byte[] without = weighted(trajectory -> new Weighting.Weight(trajectory.request() == 1 ? 0 : 1, Double.NaN));
        byte[] alone = weighted(trajectory -> new Weighting.Weight(trajectory.request() == 1 ? 1 : 0, Double.NaN));

        float[] expected = moments(even);
        float[] sums = moments(without);
        float[] first = moments(alone);
        float[] doubled = moments(twice);
        for (int i = 0; i < expected.length; i++) {
            assertThat(sums[i] + first[i]).isCloseTo(expected[i], within(1e-6f));
            assertThat(doubled[i]).isCloseTo(2 * expected[i], within(1e-6f));
        }
        assertThat(first).isNotEqualTo(new float[first.length]);
    }

    @Test
    void tellsTheMeanWeightAndTheShareThatIsRight() {
        Weighting weighting = trajectory -> new Weighting.Weight(3, trajectory.request() == 1 ? 1 : 0);
        Map<String, Double> metrics = metrics(weighting);

        assertThat(metrics).containsEntry("weight", 3.0).containsEntry("rightShare", 0.25);
        assertThat(metrics(Weighting.EVEN)).containsEntry("weight", 1.0).doesNotContainKey("rightShare");
    }

    @Test
    void trainsOnlyWhatTheFilterKeepsOfTheWholeBatch() {
        ConfidenceFilter half = new ConfidenceFilter(ConfidenceFilter.Unit.TRAJECTORIES, 0.5, 1);
        List<boolean[]> kept = half.kept(BATCH);
        Weighting asFactors = trajectory -> new Weighting.Weight(
                kept.get(BATCH.stream()
                                .map(ScoredTrajectory::trajectory)
                                .toList()
                                .indexOf(trajectory))[0]
                        ? 1
                        : 0,
                Double.NaN);
        long left = IntStream.range(0, BATCH.size())
                .filter(i -> !kept.get(i)[0])
                .mapToLong(i -> BATCH.get(i).trainedTokens())
                .sum();
        long all = BATCH.stream().mapToLong(ScoredTrajectory::trainedTokens).sum();

        try (TrainableModel student = new TrainableModel(DECODER, WEIGHTS, NEVER_CLIPPED)) {
            ObjectiveLoss loss =
                    Objectives.create(Map.of("type", "policy-gradient")).compile(V);
            // a budget that cuts the batch, so that the quantile of a micro-batch would be another
            StudentTrainer trainer = new StudentTrainer(
                    student,
                    loss,
                    Weighting.EVEN,
                    half,
                    Softening.NONE,
                    LearningRate.constant(1e-3, 1),
                    60,
                    new LengthCurriculum(List.of(1), 0, 1));

            Map<String, Double> metrics = trainer.train(BATCH, 1, Map.of()).metrics();

            assertThat(student.optimizerState()).isEqualTo(weighted(asFactors)).isNotEqualTo(weighted(Weighting.EVEN));
            assertThat(metrics.getOrDefault("filteredTokens", Double.NaN))
                    .isCloseTo((double) left / all, within(1e-12));
        }
        assertThat(metrics(Weighting.EVEN)).doesNotContainKey("filteredTokens");
    }

    @Test
    void softensTheTeacherAtTokensHoweverTheBatchIsCut() {
        Softening ones = trajectory -> temperatures(trajectory, 1);
        Softening some = trajectory -> temperatures(trajectory, trajectory.request() == 1 ? 3 : 1);
        long softened = BATCH.get(0).trainedTokens();
        long all = BATCH.stream().mapToLong(ScoredTrajectory::trainedTokens).sum();

        Step without = softened(Softening.NONE, 4096);
        Step one = softened(ones, 4096);
        Step whole = softened(some, 4096);
        Step cut = softened(some, 60);

        assertThat(one.moments()).isEqualTo(without.moments()).isNotEqualTo(whole.moments());
        assertThat(floats(cut.moments())).containsExactly(floats(whole.moments()), within(1e-6f));
        assertThat(without.metrics()).doesNotContainKey("privateTokens");
        assertThat(one.metrics()).containsEntry("privateTokens", 0.0);
        assertThat(cut.metrics()).containsEntry("privateTokens", (double) softened / all);
    }

    private static float[] temperatures(Trajectory trajectory, float temperature) {
        float[] temperatures = new float[trajectory.length()];
        Arrays.fill(temperatures, temperature);
        return temperatures;
    }

    private static Step softened(Softening softening, int microBatchTokens) {
        try (TrainableModel student = new TrainableModel(DECODER, WEIGHTS, NEVER_CLIPPED)) {
            StudentTrainer trainer = new StudentTrainer(
                    student,
                    Objectives.create(Map.of("type", "divergence", "topK", "3")).compile(V),
                    Weighting.EVEN,
                    ConfidenceFilter.NONE,
                    softening,
                    LearningRate.constant(1e-3, 1),
                    microBatchTokens,
                    new LengthCurriculum(List.of(1), 0, 1));
            Map<String, Double> metrics = trainer.train(BATCH, 1, Map.of()).metrics();
            return new Step(metrics, student.optimizerState(), student.digest());
        }
    }

    private static Map<String, Double> metrics(Weighting weighting) {
        try (TrainableModel student = new TrainableModel(DECODER, WEIGHTS, NEVER_CLIPPED)) {
            return trainer(student, weighting).train(BATCH, 1, Map.of()).metrics();
        }
    }

    /** The optimiser's state after a step whose gradient is not clipped. */
    private static byte[] weighted(Weighting weighting) {
        try (TrainableModel student = new TrainableModel(DECODER, WEIGHTS, NEVER_CLIPPED)) {
            trainer(student, weighting).train(BATCH, 1, Map.of());
            return student.optimizerState();
        }
    }

    private static StudentTrainer trainer(TrainableModel student, Weighting weighting) {
        ObjectiveLoss loss =
                Objectives.create(Map.of("type", "policy-gradient")).compile(V);
        return new StudentTrainer(student, loss, weighting, LearningRate.constant(1e-3, 1), 60);
    }

    /** First moments: a tenth of the gradient. */
    private static float[] moments(byte[] state) {
        float[] all = floats(state);
        return Arrays.copyOf(all, all.length / 2);
    }

    @Test
    void trainsAnAdapterAsItTrainsWeights() {
        LearningRate rate = LearningRate.constant(1e-2, 10);
        try (Weights base = Weights.fromBytes(CONFIG, ByteBuffer.wrap(WEIGHTS));
                Adapter adapter =
                        Adapter.initial(CONFIG, new AdapterSettings(4, 8, Adapter.targets(CONFIG)), base.digest(), 1);
                TrainableModel student = TrainableModel.adapting(
                        DECODER, base, adapter.toBytes(), AdamWSettings.defaults(), StepMemory.defaults())) {
            Objective objective = Objectives.create(Map.of("type", "divergence", "direction", "forward", "topK", "3"));
            StudentTrainer trainer = new StudentTrainer(student, objective.compile(V), Weighting.EVEN, rate, 60);

            double first = trainer.train(BATCH, 1, Map.of()).metrics().getOrDefault("loss", Double.NaN);
            double last = Double.NaN;
            for (int step = 2; step <= 10; step++) {
                last = trainer.train(BATCH, step, Map.of()).metrics().getOrDefault("loss", Double.NaN);
            }

            assertThat(last).isLessThan(first - 0.01);
            assertThat(base.toBytes()).isEqualTo(WEIGHTS);
        }
    }

    @ParameterizedTest
    @MethodSource("controlled")
    void goesOnFromTheLedgersControllersAsIfItHadNeverStopped(Map<String, String> settings) {
        Run undisturbed = run(settings, new Run(WEIGHTS, null, initial(settings)), 1, 6);

        Run half = run(settings, new Run(WEIGHTS, null, initial(settings)), 1, 3);
        LedgerState ledger = new LedgerState(1);
        for (long step = 0; step <= 3; step++) {
            ledger.apply(Ledgers.line(step, half.controllers()));
        }
        Run resumed = run(settings, new Run(half.weights(), half.moments(), ledger.controllers()), 4, 6);

        assertThat(resumed.controllers()).isEqualTo(undisturbed.controllers()).isNotEqualTo(half.controllers());
        assertThat(resumed.weights()).isEqualTo(undisturbed.weights());

        // the control: the state decides
        Run forgetful = run(settings, new Run(half.weights(), half.moments(), initial(settings)), 4, 6);
        assertThat(forgetful.weights()).isNotEqualTo(undisturbed.weights());
    }

    static Stream<Map<String, String>> controlled() {
        return Stream.of(
                Map.of("type", "taid", "topK", "3"),
                Map.of("type", "skew", "topK", "3", "adaptation", "gap"),
                Map.of("type", "adakd", "topK", "3", "lossDecay", "0", "warmupSteps", "1", "tolerance", "0.0001"));
    }

    /** Where a run stands; its moments are absent at the beginning. */
    private record Run(byte[] weights, byte @Nullable [] moments, Map<String, Double> controllers) {

        Run(byte[] weights, byte @Nullable [] moments, Map<String, Double> controllers) {
            this.weights = weights;
            this.moments = moments;
            this.controllers = controllers;
        }
    }

    private static Map<String, Double> initial(Map<String, String> settings) {
        return Objectives.create(settings).controller().initial();
    }

    /** Trains some steps of a run of six. */
    private static Run run(Map<String, String> settings, Run from, long first, long last) {
        LearningRate rate = LearningRate.constant(1e-2, 6);
        try (TrainableModel student = new TrainableModel(DECODER, WEIGHTS, AdamWSettings.defaults())) {
            byte[] moments = from.moments();
            if (moments != null) {
                student.restore(from.weights(), moments);
            }
            StudentTrainer trainer =
                    new StudentTrainer(student, Objectives.create(settings).compile(V), Weighting.EVEN, rate, 4096);
            Map<String, Double> controllers = from.controllers();
            for (long step = first; step <= last; step++) {
                controllers = trainer.train(BATCH, step, controllers).controllers();
            }
            return new Run(student.weights(), student.optimizerState(), controllers);
        }
    }

    private static Step step(Map<String, String> settings, int microBatchTokens, StepMemory memory) {
        Objective objective = Objectives.create(settings);
        LearningRate rate = LearningRate.constant(1e-3, 1);
        try (TrainableModel student = new TrainableModel(DECODER, WEIGHTS, AdamWSettings.defaults(), memory)) {
            StudentTrainer trainer =
                    new StudentTrainer(student, objective.compile(V), Weighting.EVEN, rate, microBatchTokens);
            Map<String, Double> metrics = trainer.train(batch(objective), 1, trainer.initialControllers())
                    .metrics();
            return new Step(metrics, student.optimizerState(), student.digest());
        }
    }

    /** Each beside the next one's tokens, where the objective compares. */
    private static List<ScoredTrajectory> batch(Objective objective) {
        return !objective.needs().pairs()
                ? BATCH
                : IntStream.range(0, BATCH.size())
                        .mapToObj(i -> new ScoredTrajectory(
                                BATCH.get(i).trajectory(),
                                BATCH.get(i).scores(),
                                new PreferencePair(
                                        BATCH.get((i + 1) % BATCH.size())
                                                .trajectory()
                                                .tokens(),
                                        -20 - i,
                                        -25),
                                null))
                        .toList();
    }

    /** Random tokens and scores; every third token is not trained. */
    private static ScoredTrajectory scored(long seed, int prompt, int length) {
        Random random = new Random(seed);
        int[] tokens = random.ints(length, 0, V).toArray();
        byte[] mask = new byte[length];
        for (int t = 0; t < length; t++) {
            mask[t] = (byte) (t % 3 == 2 ? 0 : 1);
        }
        TopTokens top = top(length);
        Trajectory trajectory = new Trajectory(
                Arrivals.RUN,
                seed,
                0,
                "p" + seed,
                random.ints(prompt, 0, V).toArray(),
                tokens,
                mask,
                logProbs(random, length),
                null,
                List.of(new VersionRun(0, length)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 32),
                7,
                FinishReason.STOP,
                "tokenizer",
                "worker",
                top,
                null,
                null,
                null);
        TeacherScores scores = new TeacherScores(
                "teacher",
                "revision",
                "tokenizer",
                null,
                logProbs(random, length),
                new float[length],
                top,
                top.logProbs(),
                null,
                entropies(length));
        return new ScoredTrajectory(trajectory, List.of(scores), null);
    }

    /** The same three tokens at every position, with log-probabilities that leave some mass to the rest. */
    private static TopTokens top(int length) {
        int[] ids = IntStream.range(0, length * K).map(i -> 5 + i % K).toArray();
        float[] logProbs = new float[length * K];
        for (int i = 0; i < logProbs.length; i++) {
            logProbs[i] = (float) Math.log(0.3 - 0.05 * (i % K));
        }
        return new TopTokens(K, ids, logProbs);
    }

    private static float[] entropies(int length) {
        float[] values = new float[length];
        Arrays.fill(values, 1.7f);
        return values;
    }

    private static float[] logProbs(Random random, int length) {
        float[] values = new float[length];
        for (int t = 0; t < length; t++) {
            values[t] = -2 - 2 * random.nextFloat();
        }
        return values;
    }

    private static float[] floats(byte[] state) {
        ByteBuffer bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN).position(Long.BYTES);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.getFloat();
        }
        return values;
    }
}
