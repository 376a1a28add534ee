// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import io.coffey.distillation.batch.UntrainableTrajectoryException;
import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses are tokens 0 of a vocabulary of two, each with a given log-probability. */
class PreferenceTest {

    @ParameterizedTest
    @CsvSource({"0.1, .598139, .450166", "0.5, .313262, .268941"})
    void isTheLossOfTheMarginAndItsAnalyticGradient(String beta, double loss, double weight) {
        // h = (-12 + 13) - (-9 + 8) = 2; the chosen response in two tokens
        Evaluated evaluated =
                evaluate(Map.of("beta", beta), List.of(pair(2, 1, -13.0, -8.0)), new double[] {-5, -7, -9});

        assertThat(evaluated.loss()).isCloseTo(loss, within(1e-6));
        double slope = Double.parseDouble(beta) * weight;
        assertThat(Arrays.stream(evaluated.gradient())
                        .mapToDouble(row -> row[0])
                        .toArray())
                .containsExactly(
                        new double[] {
                            -slope * (1 - Math.exp(-5)), -slope * (1 - Math.exp(-7)), slope * (1 - Math.exp(-9))
                        },
                        within(1e-6));
        assertThat(mean(evaluated, "preferenceMargin")).isCloseTo(2, within(1e-6));
        assertThat(mean(evaluated, "preferenceAccuracy")).isCloseTo(1, within(1e-6));
        assertThat(mean(evaluated, "chosenLogRatio")).isCloseTo(1, within(1e-6));
        assertThat(mean(evaluated, "rejectedLogRatio")).isCloseTo(-1, within(1e-6));
        assertThat(mean(evaluated, "loss")).isCloseTo(loss, within(1e-6));
    }

    @Test
    void isLogTwoWhereTheStudentIsItsReference() {
        Evaluated same = evaluate(Map.of(), List.of(pair(1, 1, -2.0, -3.0)), new double[] {-2, -3});
        Evaluated undecided =
                evaluate(Map.of("labelSmoothing", "0.5"), List.of(pair(1, 1, -2.0, -3.0)), new double[] {-2, -3});

        assertThat(same.loss()).isCloseTo(0.693147, within(1e-6));
        assertThat(same.gradient()[0][0]).isLessThan(-0.01);
        assertThat(undecided.gradient()[0][0]).isCloseTo(0, within(1e-12));
    }

    @Test
    void prefersTheFirstOfAPair() {
        double right = evaluate(Map.of(), List.of(pair(1, 1, -4.0, -4.0)), new double[] {-1, -6})
                .loss();
        double swapped = evaluate(Map.of(), List.of(pair(1, 1, -4.0, -4.0)), new double[] {-6, -1})
                .loss();

        assertThat(right).isLessThan(Math.log(2));
        assertThat(swapped).isGreaterThan(Math.log(2));
    }

    @Test
    void isTheMeanOverPairsHoweverLongTheyAreAndAddsUpOverMicroBatches() {
        ScoredTrajectory one = pair(2, 1, -13.0, -8.0);
        ScoredTrajectory other = pair(1, 4, -1.0, -8.0);
        double[] first = {-5, -7, -9};
        double[] second = {-3, -1, -1, -2, -1};
        BatchTotals totals = new BatchTotals(8, 4);

        Evaluated whole =
                evaluate(Map.of(), List.of(one, other), new double[] {-5, -7, -9, -3, -1, -1, -2, -1}, totals);
        Evaluated left = evaluate(Map.of(), List.of(one), first, totals);
        Evaluated right = evaluate(Map.of(), List.of(other), second, totals);

        assertThat(whole.loss()).isCloseTo((0.598139 + margin(-2 + 5 - 8)) / 2, within(1e-6));
        assertThat(left.loss() + right.loss()).isCloseTo(whole.loss(), within(1e-12));
        whole.sums().forEach((name, sum) -> {
            double parts = left.sums().getOrDefault(name, 0.0) + right.sums().getOrDefault(name, 0.0);
            assertThat(Double.isNaN(sum) ? 0 : parts).as(name).isCloseTo(Double.isNaN(sum) ? 0 : sum, within(1e-9));
        });
        assertThat(mean(whole, "preferenceAccuracy")).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void agreesWithDirectPreferenceOptimization() throws IOException {
        Golden golden = Golden.open("dpo.json");
        double[] chosen = golden.numbers("policy_chosen");
        double[] rejected = golden.numbers("policy_rejected");
        double[] referenceChosen = golden.numbers("ref_chosen");
        double[] referenceRejected = golden.numbers("ref_rejected");
        List<ScoredTrajectory> pairs = new ArrayList<>();
        double[] now = new double[2 * chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            pairs.add(pair(1, 1, referenceChosen[i], referenceRejected[i]));
            now[2 * i] = chosen[i];
            now[2 * i + 1] = rejected[i];
        }
        List<JsonObject> cases = golden.cases().stream()
                .filter(c -> c.get("kind").getAsString().equals("preference"))
                .filter(c ->
                        !c.get("ipo").getAsBoolean() && !c.get("reference_free").getAsBoolean())
                .toList();

        assertThat(cases).hasSize(4);
        for (JsonObject expected : cases) {
            Evaluated found = evaluate(
                    Map.of(
                            "beta", expected.get("beta").getAsString(),
                            "labelSmoothing", expected.get("label_smoothing").getAsString()),
                    pairs,
                    now);

            double[] losses = Golden.numbers(expected.getAsJsonArray("losses"));
            assertThat(found.loss()).isCloseTo(Arrays.stream(losses).average().orElseThrow(), within(1e-9));
            double[] gradient = Golden.numbers(expected.getAsJsonArray("grad_of_mean_wrt_policy_chosen"));
            for (int i = 0; i < gradient.length; i++) {
                assertThat(found.gradient()[2 * i][0]).isCloseTo(gradient[i] * (1 - Math.exp(chosen[i])), within(1e-9));
                assertThat(found.gradient()[2 * i + 1][0])
                        .isCloseTo(-gradient[i] * (1 - Math.exp(rejected[i])), within(1e-9));
            }
        }
    }

    @Test
    void refusesWhatIsNoScoredPair() {
        ObjectiveLoss loss = Objectives.create(Map.of("type", "preference")).compile(2);

        assertThat(loss.separable()).isFalse();
        assertThatThrownBy(() -> loss.batch(List.of(Sample.ofLength(1, 1).scored(3))))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 3.0 has no response beside its own; objective preference needs them");
        assertThatThrownBy(
                        () -> TokenBatch.ofPairs(List.of(Sample.ofLength(1, 1).scored(3))))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 3.0 has no response beside its own");
        assertThatThrownBy(() -> pair(1, 1, -1.0, Double.NaN))
                .hasMessage("a pair's sums of the reference's log-probabilities are -1.0 and NaN, expected finite"
                        + " ones");
        assertThatThrownBy(() -> pair(0, 1, -1.0, -1.0)).hasMessage("the chosen response of a pair has no tokens");
    }

    /** The loss of a margin at beta 0.1. */
    private static double margin(double h) {
        return Math.log1p(Math.exp(-0.1 * h));
    }

    private static double mean(Evaluated evaluated, String metric) {
        return evaluated.sums().getOrDefault(metric, Double.NaN)
                / evaluated.sums().getOrDefault("tokens", Double.NaN);
    }

    private static ScoredTrajectory pair(int chosen, int rejected, double referenceChosen, double referenceRejected) {
        ScoredTrajectory scored = Sample.ofLength(1, rejected).scored(0);
        return new ScoredTrajectory(
                scored.trajectory(),
                scored.scores(),
                new PreferencePair(new int[chosen], referenceChosen, referenceRejected),
                null);
    }

    private static Evaluated evaluate(Map<String, String> settings, List<ScoredTrajectory> pairs, double[] now) {
        return evaluate(settings, pairs, now, new BatchTotals(now.length, 2L * pairs.size()));
    }

    private static Evaluated evaluate(
            Map<String, String> settings, List<ScoredTrajectory> pairs, double[] now, BatchTotals totals) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("type", "preference");
        double[][] logits = Arrays.stream(now)
                .mapToObj(l -> new double[] {l, Math.log1p(-Math.exp(l))})
                .toArray(double[][]::new);
        return Evaluated.of(Objectives.create(all), logits, TokenBatch.ofPairs(pairs), totals);
    }
}
