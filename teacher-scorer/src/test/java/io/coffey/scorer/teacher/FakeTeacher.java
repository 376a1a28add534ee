// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives token {@code i} the log-probability {@code -i / 8}, and knows the tokens 0 to 19. */
public final class FakeTeacher implements Teacher {

    /** A token whose score is not a number. */
    public static final int POISON = 13;

    /** How many trajectories each call was asked to score. */
    public final List<Integer> calls = new ArrayList<>();

    /** The prompts it read, in order. */
    public final List<int[]> prompts = new ArrayList<>();

    /** Whether it was closed. */
    public boolean closed;

    @Override
    public String id() {
        return "fake";
    }

    @Override
    public String tokenizerFingerprint() {
        return "tok";
    }

    @Override
    public Optional<String> refusal(Reading reading) {
        Trajectory trajectory = reading.trajectory();
        if (!trajectory.tokenizerFingerprint().equals("tok")) {
            return Optional.of("tokenizer is " + trajectory.tokenizerFingerprint() + ", expected tok");
        }
        for (int token : trajectory.tokens()) {
            if (token >= 20) {
                return Optional.of("token " + token + " is outside the vocabulary of 20");
            }
        }
        return reading.prompt().length + trajectory.length() > 100 ? Optional.of("too long") : Optional.empty();
    }

    @Override
    public List<TeacherScores> score(List<Reading> readings) {
        calls.add(readings.size());
        prompts.addAll(readings.stream().map(Reading::prompt).toList());
        return readings.stream().map(this::scores).toList();
    }

    @Override
    public void close() {
        closed = true;
    }

    private TeacherScores scores(Reading reading) {
        Trajectory trajectory = reading.trajectory();
        float[] logProbs = new float[trajectory.length()];
        float[] logRatios = new float[trajectory.length()];
        for (int t = 0; t < logProbs.length; t++) {
            int token = trajectory.tokens()[t];
            logProbs[t] = token == POISON ? Float.NaN : -token / 8f;
            logRatios[t] = logProbs[t] - trajectory.behaviorLogProbs()[t];
        }
        return new TeacherScores(id(), "r1", "tok", reading.contextHash(), logProbs, logRatios, null, null, null, null);
    }
}
