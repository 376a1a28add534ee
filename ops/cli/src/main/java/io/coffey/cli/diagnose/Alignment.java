// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.diagnose;

import java.util.OptionalDouble;

/**
 * How well the gradient of a distillation agrees with the ideal one at a node, that is at a prompt and a prefix of its
 * completion (Unmasking OPD). With {@code q} the student and {@code Psucc_j} the probability that a completion which
 * goes on with token j becomes right, per logit:
 *
 * <pre>
 *   ideal      g_j = q_j (Psucc_j - mean Psucc)                      mean weighted with q
 *   distilled  d_j = q_j (f_j - mean f)     reverse KL: f = log p - log q     forward KL: f = p / q
 *   score      cos(g, d)
 * </pre>
 *
 * Over some candidates of the vocabulary, q and p are those candidates' shares of their sum.
 */
final class Alignment {

    private Alignment() {}

    /** An objective's form. */
    enum Form {
        /** KL(student || teacher). */
        REVERSE_KL,
        /** KL(teacher || student). */
        FORWARD_KL
    }

    /** What a gradient step raises of each candidate's logit, if completions are to become right. */
    static double[] ideal(double[] student, double[] success) {
        return centred(student, success);
    }

    /** What a step of a distillation raises of it. */
    static double[] distilled(Form form, double[] student, double[] teacher) {
        double[] value = new double[student.length];
        for (int j = 0; j < value.length; j++) {
            value[j] = form == Form.FORWARD_KL ? teacher[j] / student[j] : Math.log(teacher[j]) - Math.log(student[j]);
        }
        return centred(student, value);
    }

    /** The cosine of two gradients; empty where one of them is nothing, and points nowhere. */
    static OptionalDouble cosine(double[] one, double[] other) {
        double dot = 0;
        double oneSquared = 0;
        double otherSquared = 0;
        for (int j = 0; j < one.length; j++) {
            dot += one[j] * other[j];
            oneSquared += one[j] * one[j];
            otherSquared += other[j] * other[j];
        }
        double norms = Math.sqrt(oneSquared) * Math.sqrt(otherSquared);
        return norms < 1e-12 ? OptionalDouble.empty() : OptionalDouble.of(dot / norms);
    }

    /** Log-probabilities as shares of their sum. */
    static double[] shares(float[] logProbs) {
        double sum = 0;
        double[] shares = new double[logProbs.length];
        for (int j = 0; j < shares.length; j++) {
            shares[j] = Math.exp(logProbs[j]);
            sum += shares[j];
        }
        for (int j = 0; j < shares.length; j++) {
            shares[j] /= sum;
        }
        return shares;
    }

    private static double[] centred(double[] weights, double[] values) {
        double mean = 0;
        for (int j = 0; j < values.length; j++) {
            mean += weights[j] * values[j];
        }
        double[] centred = new double[values.length];
        for (int j = 0; j < values.length; j++) {
            centred[j] = weights[j] * (values[j] - mean);
        }
        return centred;
    }
}
