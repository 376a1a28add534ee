// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an objective carries from one optimiser step to the next, as named numbers, and the pure function that moves it.
 * The ledger holds the state after every step, so that a resumed run and a replay go on with exactly the same; the loss
 * script receives the state before the step as arguments of these names.
 */
public interface Controller {

    /** Carries nothing. */
    Controller NONE = new Controller() {
        @Override
        public SortedMap<String, Double> initial() {
            return new TreeMap<>();
        }

        @Override
        public Map<String, Double> next(Map<String, Double> state, Map<String, Double> metrics, double progress) {
            return state;
        }
    };

    /** The state before the first step. */
    SortedMap<String, Double> initial();

    /**
     * The state after a step that moved the weights.
     *
     * @param state the state that the step was computed with
     * @param metrics what the step measured
     * @param progress share of the run's steps that came before the step, from 0 to 1
     */
    Map<String, Double> next(Map<String, Double> state, Map<String, Double> metrics, double progress);

    /** Of the states of several controllers, this one's. */
    default SortedMap<String, Double> own(Map<String, Double> states) {
        SortedMap<String, Double> own = new TreeMap<>(states);
        own.keySet().retainAll(initial().keySet());
        return own;
    }

    /** Whether it reads the progress, so that another number of steps makes another run. */
    default boolean readsProgress() {
        return false;
    }
}
