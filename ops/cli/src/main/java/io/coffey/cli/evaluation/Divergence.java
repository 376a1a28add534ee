// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.evaluation;

/** Divergences of distributions that are known on a support, in double precision. */
final class Divergence {

    private Divergence() {}

    /**
     * Reverse KL, the sum of q (log q - log p) over a support, and over all other tokens taken as one where the support
     * is not the whole vocabulary: then a lower bound of the true value.
     *
     * @param student log q, a row of which begins at {@code from}
     * @param teacher log p, likewise
     * @param count length of the row
     * @param whole whether the row is the whole vocabulary
     */
    static double reverseKl(float[] student, float[] teacher, int from, int count, boolean whole) {
        double sum = 0;
        double studentMass = 0;
        double teacherMass = 0;
        for (int i = from; i < from + count; i++) {
            double q = Math.exp(student[i]);
            sum += q * ((double) student[i] - teacher[i]);
            studentMass += q;
            teacherMass += Math.exp(teacher[i]);
        }
        double studentRest = 1 - studentMass;
        double teacherRest = 1 - teacherMass;
        if (!whole && studentRest > 0 && teacherRest > 0) {
            sum += studentRest * (Math.log(studentRest) - Math.log(teacherRest));
        }
        return sum;
    }
}
