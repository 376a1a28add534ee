// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.SortedMap;

/**
 * What the student is trained to do, in two halves: what it needs attached to the trajectories, which is plain Java,
 * and its loss, which is a script. An implementation is one Java file and one script beside it, named alike, and an
 * entry in {@link Objectives}. Immutable.
 */
public interface Objective {

    /** Its name in messages and metrics, such as {@code divergence/reverse}. */
    String name();

    /** Where it was published. */
    String paper();

    /** What rollout workers and the scorer have to attach. */
    Needs needs();

    /**
     * Compiles the loss.
     *
     * @param vocabularySize columns of the logits, V
     */
    ObjectiveLoss compile(int vocabularySize);

    /**
     * Every setting with its value, defaults included, in one canonical spelling and sorted by name: what a run's
     * identity is made of.
     */
    SortedMap<String, String> settings();

    /**
     * Whether the loss is an expectation over sampled tokens, so that samples must come from the student's own
     * distribution: temperature 1, no top-k, no top-p.
     */
    default boolean policyGradient() {
        return false;
    }

    /**
     * Whether the teacher may be given a temperature at every token: whatever the loss compares the student with is the
     * teacher's distribution on a support where that adds up to one.
     */
    default boolean softensTeacher() {
        return false;
    }

    /**
     * Whether its loss and sums are sums over trained tokens; otherwise it weighs the tokens of a trajectory or a
     * micro-batch against each other.
     */
    default boolean separable() {
        return true;
    }

    /**
     * The settings under which a student that is its own teacher has nothing to learn, neither loss nor gradient: its
     * own, with those terms switched off that do not vanish there.
     */
    default SortedMap<String, String> atRest() {
        return settings();
    }

    /** What it carries from one optimiser step to the next. */
    default Controller controller() {
        return Controller.NONE;
    }
}
