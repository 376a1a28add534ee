// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Positions of one trajectory whose supports are the whole vocabulary, so that losses on them are exact. */
final class Positions {

    /** Student and teacher on three tokens and on five. */
    static final double[] Q3 = {0.5, 0.3, 0.2};

    static final double[] P3 = {0.7, 0.2, 0.1};
    static final double[] Q5 = {0.40, 0.30, 0.15, 0.10, 0.05};
    static final double[] P5 = {0.60, 0.10, 0.20, 0.05, 0.05};

    private Positions() {}

    /** An objective of a type with some settings, each a name and a value. */
    static Objective objective(String type, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("type", type));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return Objectives.create(all);
    }

    /** One position with the given probabilities. */
    static Evaluated probabilities(Objective objective, double[] q, double[] p) {
        return logits(objective, new double[][] {Distributions.log(q)}, new double[][] {Distributions.log(p)});
    }

    /** Positions with the student's and the teacher's logits, [T, V], all trained, the first token sampled. */
    static Evaluated logits(Objective objective, double[][] student, double[][] teacher) {
        return logits(objective, student, teacher, objective.controller().initial());
    }

    /** The same in a state of the objective. */
    static Evaluated logits(Objective objective, double[][] student, double[][] teacher, Map<String, Double> state) {
        TokenBatch batch = TokenBatch.of(List.of(sample(teacher).scored(0)));
        return Evaluated.of(objective, student, batch, new BatchTotals(student.length, 1), state);
    }

    /** A trajectory that the teacher sees with the given logits, with everything attached. */
    static Sample sample(double[][] teacherLogits) {
        int[][] all = Stream.generate(
                        () -> IntStream.range(0, teacherLogits[0].length).toArray())
                .limit(teacherLogits.length)
                .toArray(int[][]::new);
        double[][] teacher =
                Arrays.stream(teacherLogits).map(Distributions::logSoftmax).toArray(double[][]::new);
        return Sample.of(teacher, new int[teacherLogits.length])
                .teacherTop(all)
                .studentTop(all)
                .entropies();
    }

    /** How one gradient differs from another at the only position. */
    static double[] difference(Evaluated with, Evaluated without) {
        double[] difference = with.gradient()[0].clone();
        for (int v = 0; v < difference.length; v++) {
            difference[v] -= without.gradient()[0][v];
        }
        return difference;
    }

    /** The slope of the loss in each logit, by central differences, [T][V]. */
    static double[][] slopes(Objective objective, double[][] student, double[][] teacher) {
        double step = 1e-5;
        double[][] slopes = new double[student.length][student[0].length];
        for (int t = 0; t < student.length; t++) {
            for (int v = 0; v < student[t].length; v++) {
                double[][] up = Arrays.stream(student).map(double[]::clone).toArray(double[][]::new);
                double[][] down = Arrays.stream(student).map(double[]::clone).toArray(double[][]::new);
                up[t][v] += step;
                down[t][v] -= step;
                slopes[t][v] = (logits(objective, up, teacher).loss()
                                - logits(objective, down, teacher).loss())
                        / (2 * step);
            }
        }
        return slopes;
    }
}
