// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.model.ModelDirectory;
import io.coffey.rollout.RolloutEngine;
import io.coffey.scorer.ScorerJob;
import io.coffey.scorer.teacher.Teacher;
import io.coffey.trainer.Student;
import io.coffey.trainer.TrainerJob;
import java.util.function.Supplier;

/**
 * What stands behind the ports of a run's services: its models, or what a measurement puts around or instead of them.
 */
public interface RunModels {

    /** The models that the run's settings name. */
    RunModels OWN = new RunModels() {

        @Override
        public RolloutEngine engine(ModelDirectory student, Supplier<RolloutEngine> own) {
            return own.get();
        }

        @Override
        public Teacher teacher(ScorerJob job, Supplier<Teacher> own) {
            return own.get();
        }

        @Override
        public Student student(TrainerJob job, Supplier<Student> own) {
            return own.get();
        }
    };

    /**
     * Who samples.
     *
     * @param own opens the engine that the settings name
     */
    RolloutEngine engine(ModelDirectory student, Supplier<RolloutEngine> own);

    /**
     * Who scores.
     *
     * @param own opens the teacher that the settings name
     */
    Teacher teacher(ScorerJob job, Supplier<Teacher> own);

    /**
     * Who learns.
     *
     * @param own opens the student as training starts with it
     */
    Student student(TrainerJob job, Supplier<Student> own);
}
