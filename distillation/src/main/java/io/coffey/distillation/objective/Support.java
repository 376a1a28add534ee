// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;

/**
 * The tokens of each position on which a loss compares teacher and student, as {@code support.py} takes them: always
 * the sampled token, and the likeliest tokens of the teacher, of the student (as of rollout time), or of both. Which of
 * them suits a divergence is the side that its sum is weighted with.
 *
 * @param topK tokens that each side contributes
 * @param ofTeacher whether the teacher contributes
 * @param ofStudent whether the student contributes
 * @param tail what becomes of the mass outside: {@code bucket}, {@code renormalise} or {@code none}
 */
record Support(int topK, boolean ofTeacher, boolean ofStudent, String tail) {

    /** Names of what {@code support.py} watches, in its order. */
    private static final List<String> METRICS = List.of("teacherMass", "studentMass", "topOverlap");

    /** A tail lighter than this counts as this, so that its logarithm stays finite in 32 bits. */
    private static final double LIGHTEST_TAIL = 1e-7;

    private static final int DEFAULT_TOP_K = 64;
    private static final int MOST = 256;

    /** What becomes of the mass outside a support on which both distributions have to add up to one. */
    enum ClosedTail {
        /** It is one more entry: a lower bound of the true divergence. */
        BUCKET,
        /** It is shared out; blind to the student's mass outside. */
        RENORMALISE
    }

    /** Declares the setting {@code topK}. */
    static int topK(SettingsBinder binder) {
        return binder.integer("topK", DEFAULT_TOP_K, 1, MOST, "tokens of the support that each side contributes");
    }

    /** Declares the settings of a support to which both sides contribute and on which both add up to one. */
    static Support ofBoth(SettingsBinder binder) {
        int topK = topK(binder);
        ClosedTail tail = binder.choice("tail", ClosedTail.BUCKET, "how the mass outside the support counts");
        return new Support(topK, true, true, SettingsBinder.word(tail));
    }

    /** What it needs attached. */
    Needs needs(boolean teacherEntropy) {
        return new Needs(
                true, ofTeacher ? topK : 0, ofStudent ? topK : 0, ofStudent, teacherEntropy, false, false, false);
    }

    /** The script, with this support. */
    ScriptPart part() {
        Map<String, Object> constants = Map.of(
                "TOP_K", topK,
                "TEACHER_K", ofTeacher ? topK : 0,
                "STUDENT_K", ofStudent ? topK : 0,
                "TAIL", tail,
                "LIGHTEST_TAIL", LIGHTEST_TAIL);
        return new ScriptPart("support.py", METRICS, List.of(), constants);
    }
}
