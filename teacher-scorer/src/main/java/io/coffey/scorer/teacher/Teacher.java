// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import io.coffey.distillation.trajectory.TeacherScores;
import java.util.List;
import java.util.Optional;

/**
 * Says how likely a student's tokens are to somebody who knows better. What it attaches beyond the log-probabilities of
 * the tokens is fixed when it is made. For one thread.
 */
public interface Teacher extends AutoCloseable {

    /** Names it in scores. */
    String id();

    /** Fingerprint of its tokenizer; trajectories must have been tokenized with the same. */
    String tokenizerFingerprint();

    /** Why it cannot score a reading, in one line; empty when it can. A failed trajectory is nobody's to score. */
    Optional<String> refusal(Reading reading);

    /**
     * Scores readings, none of which it refuses. A sequence's scores never depend on its neighbours. Numbers that are
     * not finite are handed on as they are: the caller checks.
     *
     * @return scores in the order of the readings
     */
    List<TeacherScores> score(List<Reading> readings);

    /** Frees what it holds. */
    @Override
    void close();
}
