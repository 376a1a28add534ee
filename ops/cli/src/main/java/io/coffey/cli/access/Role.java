// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.access;

import java.util.Locale;

/** A process of a run, or a person's command, with a user of its own on a cluster. */
public enum Role {
    /** Makes the topics: {@code coffey topics apply}, or an operator. */
    TOPICS,
    /** Makes the log ready: {@code coffey load}. */
    LOAD,
    /** Samples. */
    ROLLOUT,
    /** Scores. */
    SCORER,
    /** Trains. */
    TRAINER,
    /** Evaluates. */
    EVALUATOR,
    /** Looks on: status, doctor, audit, trajectories, replay, exporters of lag. */
    OBSERVER;

    /** It in a sentence, and in names. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
