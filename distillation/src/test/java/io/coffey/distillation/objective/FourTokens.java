// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Four tokens of a vocabulary of two that were sampled with probabilities .5, .2, .25 and .8, to which the teacher
 * gives .7, .1, .25 and .4 and the student now .55, .25, .2 and .8; the fourth is masked.
 */
final class FourTokens {

    private FourTokens() {}

    /** The policy gradient with these settings. */
    static Evaluated evaluate(Map<String, String> settings) {
        return evaluate(settings, 0.55, 0.25, 0.2, 0.8);
    }

    /** The same, of a student that gives them other probabilities. */
    static Evaluated evaluate(Map<String, String> settings, double... now) {
        double[][] teacher = {either(0.7), either(0.1), either(0.25), either(0.4)};
        double[][] logits = Arrays.stream(now).mapToObj(FourTokens::either).toArray(double[][]::new);
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(teacher, 0, 0, 0, 0)
                .behavior(Distributions.log(0.5, 0.2, 0.25, 0.8))
                .mask(1, 1, 1, 0)
                .scored(0)));
        return Evaluated.of(create(settings), logits, batch, 3);
    }

    /** The gradient of the sampled token's logit, in every row. */
    static double[] gradient(Evaluated evaluated) {
        return Arrays.stream(evaluated.gradient()).mapToDouble(row -> row[0]).toArray();
    }

    static double[] either(double probability) {
        return Distributions.log(probability, 1 - probability);
    }

    static Objective create(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("type", "policy-gradient");
        return Objectives.create(all);
    }
}
