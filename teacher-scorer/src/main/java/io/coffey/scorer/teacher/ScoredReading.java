// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reading with what a teacher says of it.
 *
 * @param reading what was read
 * @param scores of its trajectory
 * @param ofChosen scores of the response preferred to it; absent when nothing is compared
 */
public record ScoredReading(
        Reading reading, TeacherScores scores, @Nullable TeacherScores ofChosen) {

    /** Has a teacher score readings, none of which it {@linkplain #refusal refuses}. */
    public static List<ScoredReading> by(Teacher teacher, List<Reading> readings) {
        if (readings.isEmpty()) {
            return List.of();
        }
        List<Reading> all =
                readings.stream().flatMap(reading -> reading.all().stream()).toList();
        Iterator<TeacherScores> scores = teacher.score(all).iterator();
        List<ScoredReading> scored = new ArrayList<>(readings.size());
        for (Reading reading : readings) {
            scored.add(new ScoredReading(reading, scores.next(), reading.chosen() == null ? null : scores.next()));
        }
        return scored;
    }

    /** Why a teacher cannot score a reading or what is compared with it, in one line; empty when it can. */
    public static Optional<String> refusal(Teacher teacher, Reading reading) {
        return reading.all().stream()
                .flatMap(one -> teacher.refusal(one).stream())
                .findFirst();
    }

    /**
     * The trajectory with its scores.
     *
     * @throws IllegalArgumentException if they are none
     */
    public ScoredTrajectory trajectory() {
        return new ScoredTrajectory(reading.trajectory(), List.of(scores), pair(), null);
    }

    private @Nullable PreferencePair pair() {
        return reading.chosen() == null || ofChosen == null
                ? null
                : new PreferencePair(reading.chosen().tokens(), sum(ofChosen), sum(scores));
    }

    private static double sum(TeacherScores scores) {
        double sum = 0;
        for (float logProb : scores.logProbs()) {
            sum += logProb;
        }
        return sum;
    }
}
