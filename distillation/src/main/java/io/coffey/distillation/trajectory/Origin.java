// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/** Whose tokens a completion holds. */
public enum Origin {
    /** Sampled by the student. */
    STUDENT,
    /** Written by the teacher. */
    TEACHER,
    /** Token by token from either, as in MixSD. */
    MIXED
}
