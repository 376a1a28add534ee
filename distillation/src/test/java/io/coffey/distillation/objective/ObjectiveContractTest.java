// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import io.coffey.distillation.batch.UntrainableTrajectoryException;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered objective of trajectories keeps, whatever its loss is. */
class ObjectiveContractTest {

    private static final int V = 7;

    /** Every type as it comes, and each choice that changes its formula. */
    static Stream<Map<String, String>> objectives() {
        Stream<Map<String, String>> defaults = Objectives.types().stream()
                .map(type -> Map.of("type", type))
                .filter(settings -> !Objectives.create(settings).needs().pairs());
        Stream<Map<String, String>> variants = Stream.of(
                Map.of("type", "divergence", "direction", "forward", "topK", "3"),
                Map.of("type", "divergence", "direction", "reverse", "topK", "3"),
                Map.of("type", "divergence", "direction", "jsd", "topK", "3"),
                Map.of("type", "divergence", "direction", "forward", "topK", "3", "tail", "renormalise"),
                Map.of("type", "divergence", "direction", "reverse", "topK", "3", "tail", "renormalise"),
                Map.of("type", "divergence", "direction", "jsd", "topK", "3", "tail", "renormalise"),
                Map.of("type", "divergence", "direction", "mix", "topK", "3"),
                Map.of("type", "divergence", "direction", "mix", "topK", "3", "mean", "sequences"),
                Map.of("type", "divergence", "direction", "forward", "topK", "3", "clip", "vocabulary"),
                Map.of("type", "divergence", "direction", "forward", "topK", "3", "clip", "position"),
                Map.of("type", "divergence", "tail", "renormalise", "temperature", "2.0"),
                Map.of("type", "divergence", "positionFloor", "0.25"),
                Map.of("type", "divergence", "topK", "3", "tail", "sampled"),
                Map.of("type", "divergence", "topK", "3", "tail", "floor", "tailLogProb", "-5.0"),
                Map.of("type", "divergence", "topK", "3", "tail", "none", "mean", "sequence-sums"),
                Map.of("type", "adakd", "topK", "3", "direction", "forward", "median", "kept"),
                Map.of("type", "bidirectional", "topK", "3"),
                Map.of("type", "skew", "topK", "3", "direction", "forward"),
                Map.of("type", "skew", "topK", "3"),
                Map.of("type", "skew", "topK", "3", "adaptation", "gap"),
                Map.of("type", "skew", "topK", "3", "adaptation", "gap", "direction", "forward"),
                Map.of("type", "sinkhorn", "topK", "3"),
                Map.of("type", "taid", "topK", "3"),
                Map.of("type", "tsd-kd", "topK", "3", "candidates", "2"),
                Map.of("type", "tsd-kd", "topK", "3", "ranking", "weighted", "mean", "sequences"),
                Map.of("type", "policy-gradient", "truncation", "drop"),
                Map.of("type", "policy-gradient", "advantageClip", "0.1"),
                Map.of("type", "policy-gradient", "truncation", "icepop", "ratioFloor", "0.0", "ratioCap", "1000.0"),
                Map.of("type", "policy-gradient", "rewardShape", "soft-log", "trustRegion", "0.9"),
                Map.of("type", "policy-gradient", "rewardShape", "floor"),
                Map.of("type", "policy-gradient", "tokenMask", "above-floor"),
                Map.of("type", "policy-gradient", "tokenMask", "undecided", "undecidedShare", "0.5"),
                Map.of("type", "policy-gradient", "ratioPenalty", "0.001"),
                Map.of("type", "policy-gradient", "discount", "0.5", "remainingWeight", "0.5"),
                Map.of(
                        "type", "policy-gradient",
                        "sequenceMask", "geometric-mean",
                        "sequenceRatioFloor", "0.0",
                        "sequenceRatioCap", "1000.0"),
                Map.of("type", "policy-gradient", "samples", "3"),
                Map.of("type", "eopd", "topK", "3", "tail", "renormalise"),
                Map.of("type", "eopd", "samples", "3", "entropyGate", "1.5"));
        return Stream.concat(defaults, variants);
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void hasNoLossAndNoGradientWhereTheTeacherIsTheStudent(Map<String, String> settings) {
        Objective objective = Objectives.create(Objectives.create(settings).atRest());
        double[][] logits = random(11, 4);
        double[][] teacher = logProbs(logits);
        Sample sample = scored(objective, teacher, 3, 0, 6, 2);

        Evaluated same = Evaluated.of(objective, logits, TokenBatch.of(List.of(sample.scored(0))), 4);

        assertThat(same.loss()).isCloseTo(0, within(1e-6));
        assertThat(largest(same.gradient())).isLessThan(1e-6);

        // the control: another student has both
        Evaluated other = Evaluated.of(objective, random(12, 4), TokenBatch.of(List.of(sample.scored(0))), 4);
        assertThat(other.loss()).isNotCloseTo(0, within(1e-3));
        assertThat(largest(other.gradient())).isGreaterThan(1e-3);
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void givesMaskedTokensExactlyNoGradientWhateverTheirScores(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);
        double[][] logits = random(21, 3);
        double[][] teacher = logProbs(random(22, 3));
        Sample masked = scored(objective, teacher, 1, 2, 3).mask(1, 0, 1);
        Arrays.fill(teacher[1], Double.NaN);
        Sample poisoned = scored(objective, teacher, 1, 2, 3).mask(1, 0, 1).behavior(-1, Double.NaN, -1);

        Evaluated expected = Evaluated.of(objective, logits, TokenBatch.of(List.of(masked.scored(0))), 2);
        Evaluated found = Evaluated.of(objective, logits, TokenBatch.of(List.of(poisoned.scored(0))), 2);

        assertThat(found.gradient()[1]).containsOnly(0);
        assertThat(found.gradient()).isDeepEqualTo(expected.gradient());
        assertThat(found.loss()).isEqualTo(expected.loss());
        assertThat(found.sums()).containsEntry("tokens", 2.0).isEqualTo(expected.sums());
    }

    /** Those that do not compare the tokens of a micro-batch with each other. */
    static Stream<Map<String, String>> objectivesOfTrajectories() {
        return objectives().filter(settings -> !Set.of("adakd", "sinkhorn").contains(settings.get("type")));
    }

    /** Those that do not compare tokens with each other. */
    static Stream<Map<String, String>> separableObjectives() {
        return objectives().filter(settings -> Objectives.create(settings).separable());
    }

    @ParameterizedTest
    @MethodSource("objectivesOfTrajectories")
    void addsUpOverMicroBatches(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);
        double[][] logits = random(31, 5);
        double[][] teacher = logProbs(random(32, 5));
        ScoredTrajectory first =
                scored(objective, Arrays.copyOfRange(teacher, 0, 2), 5, 1).scored(0);
        ScoredTrajectory second =
                scored(objective, Arrays.copyOfRange(teacher, 2, 5), 0, 4, 4).scored(1);

        Evaluated whole = Evaluated.of(objective, logits, TokenBatch.of(List.of(first, second)), 5);
        BatchTotals totals = new BatchTotals(5, 2);
        Evaluated one =
                Evaluated.of(objective, Arrays.copyOfRange(logits, 0, 2), TokenBatch.of(List.of(first)), totals);
        Evaluated two =
                Evaluated.of(objective, Arrays.copyOfRange(logits, 2, 5), TokenBatch.of(List.of(second)), totals);

        assertThat(one.loss() + two.loss()).isCloseTo(whole.loss(), within(1e-12));
        assertThat(Stream.of(one.gradient(), two.gradient())
                        .flatMap(Arrays::stream)
                        .flatMapToDouble(Arrays::stream)
                        .toArray())
                .containsExactly(flat(whole.gradient()), within(1e-12));
        whole.sums().forEach((name, sum) -> {
            double parts = added(name, List.of(one, two));
            assertThat(Double.isNaN(parts)).as(name).isEqualTo(Double.isNaN(sum));
            assertThat(Double.isNaN(sum) ? 0 : parts).as(name).isCloseTo(Double.isNaN(sum) ? 0 : sum, within(1e-9));
        });
    }

    /** The cuts lie inside a sequence, between two, and around a row that is not trained. */
    @ParameterizedTest
    @MethodSource("separableObjectives")
    void addsUpOverPartsOfAMicroBatch(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);
        assumeTrue(objective.compile(V).separable(), "not a sum over tokens");
        double[][] logits = random(35, 6);
        double[][] teacher = logProbs(random(36, 6));
        TokenBatch batch = TokenBatch.of(List.of(
                scored(objective, Arrays.copyOfRange(teacher, 0, 4), 5, 1, 3, 3)
                        .mask(1, 1, 0, 1)
                        .scored(0),
                scored(objective, Arrays.copyOfRange(teacher, 4, 6), 0, 4).scored(1)));

        Evaluated whole = Evaluated.of(objective, logits, batch, 5);
        List<Evaluated> parts = Stream.of(new int[] {0, 1}, new int[] {1, 1}, new int[] {2, 1}, new int[] {3, 3})
                .map(cut -> Evaluated.of(
                        objective, Arrays.copyOfRange(logits, cut[0], cut[0] + cut[1]), batch.part(cut[0], cut[1]), 5))
                .toList();

        assertThat(parts.stream().mapToDouble(Evaluated::loss).sum()).isCloseTo(whole.loss(), within(1e-12));
        assertThat(parts.stream()
                        .flatMapToDouble(part -> Arrays.stream(flat(part.gradient())))
                        .toArray())
                .containsExactly(flat(whole.gradient()), within(1e-12));
        whole.sums().forEach((name, sum) -> {
            double added = added(name, parts);
            assertThat(Double.isNaN(added)).as(name).isEqualTo(Double.isNaN(sum));
            assertThat(Double.isNaN(sum) ? 0 : added).as(name).isCloseTo(Double.isNaN(sum) ? 0 : sum, within(1e-9));
        });
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void isZeroWhereNothingIsTrained(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);
        Sample sample = scored(objective, logProbs(random(41, 2)), 5, 1).mask(0, 0);

        Evaluated nothing = Evaluated.of(objective, random(42, 2), TokenBatch.of(List.of(sample.scored(0))), 9);

        assertThat(nothing.loss()).isZero();
        assertThat(flat(nothing.gradient())).containsOnly(0);
        assertThat(nothing.sums().values()).allSatisfy(sum -> assertThat(sum).isZero());
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void movesNoLogitsByAConstant(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);
        Sample sample = scored(objective, logProbs(random(51, 2)), 5, 1);

        Evaluated evaluated = Evaluated.of(objective, random(52, 2), TokenBatch.of(List.of(sample.scored(0))), 2);

        for (double[] row : evaluated.gradient()) {
            assertThat(Arrays.stream(row).sum()).isCloseTo(0, within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void agreesWithItselfInSinglePrecision(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);
        double[][] logits = random(53, 3);
        TokenBatch batch = TokenBatch.of(
                List.of(scored(objective, logProbs(random(54, 3)), 5, 1, 0).scored(0)));

        Evaluated exact = Evaluated.of(objective, logits, batch, 3);
        Evaluated single = Evaluated.inSinglePrecision(objective, logits, batch, 3);

        assertThat(single.loss()).isCloseTo(exact.loss(), within(2e-6));
        assertThat(flat(single.gradient())).containsExactly(flat(exact.gradient()), within(2e-6));
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void isMadeAgainFromItsSettings(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);

        Objective again = Objectives.create(objective.settings());

        assertThat(again.settings()).isEqualTo(objective.settings()).containsAllEntriesOf(settings);
        assertThat(again.name()).isEqualTo(objective.name());
        assertThat(again.needs()).isEqualTo(objective.needs());
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void batchesTrajectoriesThatCarryWhatItNeeds(Map<String, String> settings) {
        Objective objective = Objectives.create(settings);
        ScoredTrajectory scored =
                scored(objective, logProbs(random(61, 2)), 5, 1).scored(0);

        assertThat(objective.compile(V).batch(List.of(scored)).size()).isEqualTo(2);
    }

    @Test
    void namesTheTrajectoryThatLacksWhatAnObjectiveNeeds() {
        ObjectiveLoss loss =
                Objectives.create(Map.of("type", "divergence", "topK", "3")).compile(V);
        double[][] teacher = logProbs(random(71, 2));
        Sample without = Sample.of(teacher, 5, 1);
        Sample tooFew = Sample.of(teacher, 5, 1).studentTop(new int[] {0, 1}, new int[] {1, 2});

        assertThatThrownBy(() -> loss.batch(List.of(without.scored(12))))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 12.0 has no student top tokens; objective divergence/reverse needs them");
        assertThatThrownBy(() -> loss.batch(List.of(tooFew.scored(13))))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 13.0 has 2 student top tokens per position, 3 are needed;"
                        + " objective divergence/reverse needs them");
    }

    @Test
    void refusesABatchThatWasNotMadeForIt() {
        ObjectiveLoss loss =
                Objectives.create(Map.of("type", "divergence", "topK", "3")).compile(V);
        TokenBatch batch =
                TokenBatch.of(List.of(Sample.of(logProbs(random(72, 2)), 5, 1).scored(0)));

        try (TensorScope scope = TensorScope.open()) {
            assertThatThrownBy(() -> loss.evaluate(scope, scope.zeros(2, V), batch, new BatchTotals(2, 1), Map.of()))
                    .hasMessage("micro-batch has no scored student top tokens;"
                            + " objective divergence/reverse needs them");
        }
    }

    @Test
    void refusesLogitsOfAnotherBatch() {
        Objective objective = Objectives.create(Map.of("type", "policy-gradient"));
        TokenBatch batch =
                TokenBatch.of(List.of(Sample.of(logProbs(random(81, 2)), 5, 1).scored(0)));
        ObjectiveLoss loss = objective.compile(V);

        try (TensorScope scope = TensorScope.open()) {
            Tensor logits = scope.zeros(3, V);

            assertThatThrownBy(() -> loss.evaluate(scope, logits, batch, new BatchTotals(2, 1), Map.of()))
                    .hasMessage("objective policy-gradient expected logits of shape [2, 7], found [3, 7]");
            assertThatThrownBy(() -> loss.evaluate(scope, scope.zeros(2, V), batch, new BatchTotals(0, 0), Map.of()))
                    .hasMessageContaining("expected 1 token or more, found BatchTotals[tokens=0, sequences=0]");
        }
    }

    @Test
    void meansLeaveOutWhatTrajectoriesDoNotCarry() {
        Objective objective = Objectives.create(Map.of("type", "policy-gradient"));
        ObjectiveLoss loss = objective.compile(V);
        MetricSums sums = new MetricSums(loss.metricNames());
        TokenBatch batch =
                loss.batch(List.of(Sample.of(logProbs(random(91, 2)), 5, 1).scored(0)));

        try (TensorScope scope = TensorScope.open()) {
            Tensor logits = scope.zeros(2, V);
            sums.add(loss.evaluate(scope, logits, batch, new BatchTotals(4, 1), Map.of()));
            sums.add(loss.evaluate(scope, logits, batch, new BatchTotals(4, 1), Map.of()));
        }

        assertThat(sums.means()).containsEntry("tokens", 4.0).doesNotContainKey("teacherEntropy");
        assertThat(sums.means().get("studentEntropy")).isCloseTo(Math.log(V), within(1e-6));
    }

    /** A sample with all that the objective needs. */
    private static Sample scored(Objective objective, double[][] teacher, int... tokens) {
        Needs needs = objective.needs();
        Sample sample = Sample.of(teacher, tokens);
        if (needs.teacherTopK() > 0) {
            sample.teacherTop(tops(teacher, Math.min(needs.teacherTopK(), V), 0));
        }
        if (needs.teacherEntropy()) {
            sample.entropies();
        }
        if (needs.studentTopK() > 0) {
            sample.studentTop(tops(teacher, Math.min(needs.studentTopK(), V), 1));
        }
        if (needs.teacherEntropy() || needs.studentEntropy()) {
            sample.entropies();
        }
        if (needs.context()) {
            sample.context("context");
        }
        if (needs.alternatives() > 0) {
            double[][] behavior = new double[tokens.length][needs.alternatives()];
            Arrays.stream(behavior).forEach(row -> Arrays.fill(row, -1));
            sample.alternatives(tops(teacher, needs.alternatives(), 2), behavior);
        }
        return sample;
    }

    /** The likeliest tokens of each position, after skipping some when there are enough. */
    private static int[][] tops(double[][] logProbs, int k, int skip) {
        int from = k + skip <= V ? skip : 0;
        return Arrays.stream(logProbs)
                .map(row -> Arrays.copyOfRange(Distributions.top(V, row), from, from + k))
                .toArray(int[][]::new);
    }

    /** A metric of several parts together. */
    private static double added(String name, List<Evaluated> parts) {
        return parts.stream()
                .mapToDouble(part -> part.sums().getOrDefault(name, 0.0))
                .reduce(0, name.startsWith("max") ? Math::max : Double::sum);
    }

    private static double[][] random(long seed, int rows) {
        Random random = new Random(seed);
        return Stream.generate(() -> random.doubles(V, -2, 2).toArray())
                .limit(rows)
                .toArray(double[][]::new);
    }

    private static double[][] logProbs(double[][] logits) {
        return Arrays.stream(logits).map(Distributions::logSoftmax).toArray(double[][]::new);
    }

    private static double largest(double[][] gradient) {
        return Arrays.stream(flat(gradient)).map(Math::abs).max().orElseThrow();
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
