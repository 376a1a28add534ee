// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.Teacher;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Attaches at once whatever an objective needs. */
record NullTeacher(String id, String tokenizerFingerprint, Needs needs, NullNumbers numbers) implements Teacher {

    private static final String REVISION = "null";

    @Override
    public Optional<String> refusal(Reading reading) {
        return Optional.empty();
    }

    @Override
    public List<TeacherScores> score(List<Reading> readings) {
        return readings.stream().map(this::scores).toList();
    }

    private TeacherScores scores(Reading reading) {
        Trajectory trajectory = reading.trajectory();
        int length = trajectory.length();
        return new TeacherScores(
                id,
                REVISION,
                tokenizerFingerprint,
                reading.contextHash(),
                numbers.values(length),
                numbers.values(length),
                needs.teacherTopK() == 0 ? null : numbers.top(length, needs.teacherTopK()),
                needs.atStudentTop() ? at(trajectory.studentTop()) : null,
                at(trajectory.alternatives()),
                needs.teacherEntropy() ? numbers.values(length) : null);
    }

    private float @Nullable [] at(@Nullable TopTokens tokens) {
        return tokens == null ? null : numbers.values(tokens.ids().length);
    }

    @Override
    public void close() {}
}
