// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.cli.run.RunModels;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.rollout.RolloutEngine;
import io.coffey.scorer.ScorerJob;
import io.coffey.scorer.teacher.Teacher;
import io.coffey.trainer.Student;
import io.coffey.trainer.StudentFiles;
import io.coffey.trainer.TrainerJob;
import java.util.function.Supplier;

/** Models that take no time: what they answer has the form and size of what a run's own would. */
final class NullModels implements RunModels {

    @Override
    public RolloutEngine engine(ModelDirectory student, Supplier<RolloutEngine> own) {
        return new NullEngine(new NullNumbers(student.config().vocabularySize()));
    }

    @Override
    public Teacher teacher(ScorerJob job, Supplier<Teacher> own) {
        return new NullTeacher(
                job.settings().teacherId(),
                job.model().tokenizer().fingerprint(),
                job.needs(),
                new NullNumbers(job.model().config().vocabularySize()));
    }

    @Override
    public Student student(TrainerJob job, Supplier<Student> own) {
        try (Weights weights = job.student().loadWeights()) {
            return new NullStudent(
                    new Student.Publication(PolicyVersion.Kind.FULL, weights.toBytes(), weights.tensorDigests()),
                    weights.digest(),
                    new StudentFiles.OfWeights(job.student()));
        }
    }
}
