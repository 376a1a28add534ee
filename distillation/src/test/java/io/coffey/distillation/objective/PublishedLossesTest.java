// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The losses agree with those that TRL, verl and the Tinker cookbook compute, where the formula is the same. */
class PublishedLossesTest {

    /** Scores travel in single precision. */
    private static final Offset<Double> CLOSE = within(2e-6);

    @Test
    void agreesWithTrlOnTheWholeVocabulary() throws IOException {
        Golden golden = Golden.open("trl_gkd_generalized_jsd.json");
        double[][] logits = golden.studentLogits();
        int[][] all = Golden.tops(logits, logits[0].length);
        List<JsonObject> cases = golden.cases().stream()
                .filter(c -> c.get("temperature").getAsDouble() == 1)
                .toList();

        assertThat(cases).hasSize(5);
        for (JsonObject expected : cases) {
            Objective objective = divergence(expected.get("beta").getAsDouble(), "bucket", 64);
            Evaluated found = evaluate(objective, golden, golden.sampledLabels(all, all));
            check(found, expected, "batchmean_masked");
        }
    }

    @Test
    void agreesWithTrlOnTopTokensWithAndWithoutTheirTail() throws IOException {
        Golden golden = Golden.open("trl_topk_tail_jsd.json");
        double[][] teacherLogits = golden.rows("teacher_logits");

        assertThat(golden.cases()).hasSize(24);
        for (JsonObject expected : golden.cases()) {
            int k = expected.get("top_k").getAsInt();
            double beta = expected.get("beta").getAsDouble();
            String tail = expected.get("add_tail").getAsBoolean() ? "bucket" : "renormalise";
            int[][] teacherTop = Golden.tops(teacherLogits, k);
            int[][] studentTop = Golden.tops(golden.studentLogits(), k);
            ScoredTrajectory scored = golden.sampledFirst(beta == 1 ? studentTop : teacherTop, teacherTop, studentTop);

            check(evaluate(divergence(beta, tail, k), golden, scored), expected, "batchmean_masked");
        }
    }

    @Test
    void agreesWithTrlOnTheScoresThatATeacherSends() throws IOException {
        Golden golden = Golden.open("trl_server_sparse.json");
        double[][] teacherLogits = golden.rows("teacher_logits");

        assertThat(golden.cases()).hasSize(7);
        for (JsonObject expected : golden.cases()) {
            int k = expected.get("k").getAsInt();
            double beta = expected.get("beta").getAsDouble();
            String tail = expected.get("add_tail").getAsBoolean() ? "bucket" : "renormalise";
            int[][] top = Golden.tops(teacherLogits, k);
            // forward on the teacher's tokens alone, reverse on the sampled token alone, between them on both
            ScoredTrajectory scored =
                    beta == 0 ? golden.sampledFirst(top, top, top) : golden.sampledLabels(top, golden.labels());

            check(evaluate(divergence(beta, tail, k), golden, scored), expected, "loss");
        }
    }

    @Test
    void agreesWithTinkerOnFreshAdvantagesAndTheirDiscountedSums() throws IOException {
        Golden golden = Golden.open("tinker_opd_advantage.json");
        double[][] sampled = golden.sequences("sampled_logprobs");
        double[][] teacher = golden.sequences("teacher_logprobs");
        double[][] masks = golden.sequences("mask");

        assertThat(golden.cases()).hasSizeGreaterThan(2);
        for (JsonObject expected : golden.cases()) {
            Objective objective = policyGradient(Map.of(
                    "coefficient", expected.get("kl_penalty_coef").getAsString(),
                    "discount", expected.get("kl_discount_factor").getAsString()));
            double[][] advantages = Golden.sequences(expected.getAsJsonArray("advantages"));
            for (int s = 0; s < advantages.length; s++) {
                int[] mask = Arrays.stream(masks[s]).mapToInt(m -> (int) m).toArray();

                Evaluated found = sampledTokens(objective, sampled[s], sampled[s], teacher[s], mask);

                for (int t = 0; t < mask.length; t++) {
                    double gradient = -advantages[s][t] * mask[t] * (1 - Math.exp(sampled[s][t]));
                    assertThat(found.gradient()[t][0]).isCloseTo(gradient, within(5e-6));
                }
            }
        }
    }

    @Test
    void agreesWithVerlOnStaleSamplesWhereNothingIsClipped() throws IOException {
        Golden golden = Golden.open("verl_ppo_clip.json");
        double[] old = golden.flat("old_log_prob");
        double[] now = golden.flat("log_prob");
        double[] advantages = golden.flat("advantages");
        int[] mask = Arrays.stream(golden.flat("mask")).mapToInt(m -> (int) m).toArray();
        double[] teacher = new double[now.length];
        Arrays.setAll(teacher, t -> now[t] + advantages[t]);
        JsonObject expected = golden.cases().get(0);
        assertThat(expected.get("loss_agg_mode").getAsString()).isEqualTo("token-mean");
        int tokens = Arrays.stream(mask).sum();
        double[] gradients = Golden.flat(expected.getAsJsonArray("grad_log_prob"));

        for (String truncation : List.of("weight", "drop")) {
            Objective objective = policyGradient(Map.of("ratioCap", "100", "truncation", truncation));
            Evaluated found = sampledTokens(objective, old, now, teacher, mask);

            for (int t = 0; t < gradients.length; t++) {
                double gradient = gradients[t] * (1 - Math.exp(now[t]));
                assertThat(found.gradient()[t][0] / tokens).isCloseTo(gradient, CLOSE);
            }
            if (truncation.equals("drop")) {
                assertThat(found.loss() / tokens).isCloseTo(expected.get("loss").getAsDouble(), CLOSE);
            }
        }
    }

    @Test
    void agreesWithVerlOnTheEstimatesOfTheDivergence() throws IOException {
        Golden golden = Golden.open("verl_kl.json");
        double[] now = golden.flat("logprob");
        double[] reference = golden.flat("ref_logprob");
        double[] k1 = estimates(golden, "k1");
        double[] k3 = estimates(golden, "k3");
        int[] all = Arrays.stream(k1).mapToInt(k -> 1).toArray();
        int[] unclamped = Arrays.stream(k3).mapToInt(k -> k < 10 ? 1 : 0).toArray(); // it clamps k3 at 10
        double k3Sum = Arrays.stream(k3).filter(k -> k < 10).sum();

        // k1 of student and teacher; k3 of the student that sampled and the one that the reference stands for
        Evaluated teacher = sampledTokens(policyGradient(Map.of()), now, now, reference, all);
        Evaluated stale = sampledTokens(policyGradient(Map.of()), now, reference, reference, unclamped);

        assertThat(teacher.sums().get("reverseKl")).isCloseTo(Arrays.stream(k1).sum(), within(1e-5));
        assertThat(stale.sums().get("mismatchKl")).isCloseTo(k3Sum, within(1e-5));
    }

    private static double[] estimates(Golden golden, String estimator) {
        return golden.cases().stream()
                .filter(c -> c.get("kind").getAsString().equals("kl_penalty_forward"))
                .filter(c -> c.get("estimator").getAsString().equals(estimator))
                .map(c -> Golden.flat(c.getAsJsonArray("value")))
                .findFirst()
                .orElseThrow();
    }

    private static void check(Evaluated found, JsonObject expected, String value) {
        assertThat(found.loss())
                .as("%s", expected.get("beta"))
                .isCloseTo(expected.get(value).getAsDouble(), CLOSE);
        double[][] gradient = Golden.rows(expected.getAsJsonArray("grad_student_logits"));
        for (int row = 0; row < gradient.length; row++) {
            assertThat(found.gradient()[row]).containsExactly(gradient[row], CLOSE);
        }
    }

    private static Evaluated evaluate(Objective objective, Golden golden, ScoredTrajectory scored) {
        return Evaluated.of(objective, golden.studentLogits(), TokenBatch.of(List.of(scored)), golden.trained());
    }

    /**
     * Tokens of a vocabulary of two, of which the first was sampled, with given log-probabilities; the sum over them.
     */
    private static Evaluated sampledTokens(
            Objective objective, double[] behavior, double[] now, double[] teacher, int[] mask) {
        double[][] logits = Arrays.stream(now)
                .mapToObj(l -> Distributions.log(Math.exp(l), 1 - Math.exp(l)))
                .toArray(double[][]::new);
        double[][] teachers =
                Arrays.stream(teacher).mapToObj(l -> new double[] {l, 0}).toArray(double[][]::new);
        ScoredTrajectory scored = Sample.of(teachers, new int[now.length])
                .behavior(behavior)
                .mask(mask)
                .scored(0);
        return Evaluated.of(objective, logits, TokenBatch.of(List.of(scored)), 1);
    }

    private static Objective policyGradient(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("type", "policy-gradient");
        return Objectives.create(all);
    }

    /** TRL's beta: 0 is forward, 1 is reverse, and between them it is the weight of the teacher in the mixture. */
    private static Objective divergence(double beta, String tail, int topK) {
        Map<String, String> settings = new HashMap<>();
        settings.put("type", "divergence");
        settings.put("tail", tail);
        settings.put("topK", Integer.toString(topK));
        settings.put("direction", beta == 0 ? "forward" : beta == 1 ? "reverse" : "jsd");
        if (beta > 0 && beta < 1) {
            settings.put("teacherMixWeight", Double.toString(beta));
        }
        return Objectives.create(settings);
    }
}
