// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.cli.bench.ModelTime.Role;
import io.coffey.cli.run.RunModels;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.model.ModelDirectory;
import io.coffey.rollout.Finished;
import io.coffey.rollout.RolloutEngine;
import io.coffey.rollout.UnusableWeightsException;
import io.coffey.scorer.ScorerJob;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.Teacher;
import io.coffey.trainer.StepResult;
import io.coffey.trainer.Student;
import io.coffey.trainer.StudentFiles;
import io.coffey.trainer.TrainerJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A run's own models, and when they sample, score and train. Loading, hashing and publishing weights do not count: a
 * loop without a log would not need them.
 */
final class TimedModels implements RunModels {

    private final ModelTime time;

    TimedModels(ModelTime time) {
        this.time = time;
    }

    @Override
    public RolloutEngine engine(ModelDirectory student, Supplier<RolloutEngine> own) {
        return new TimedEngine(own.get(), time);
    }

    @Override
    public Teacher teacher(ScorerJob job, Supplier<Teacher> own) {
        return new TimedTeacher(own.get(), time);
    }

    @Override
    public Student student(TrainerJob job, Supplier<Student> own) {
        return new TimedStudent(own.get(), time);
    }

    private record TimedEngine(RolloutEngine own, ModelTime time) implements RolloutEngine {

        @Override
        public void use(PolicyVersion policy, byte[] weights) throws UnusableWeightsException {
            own.use(policy, weights);
        }

        @Override
        public int freeSlots() {
            return own.freeSlots();
        }

        @Override
        public int active() {
            return own.active();
        }

        @Override
        public void submit(long ticket, RolloutRequest request) {
            own.submit(ticket, request);
        }

        @Override
        public void abandon(long ticket) {
            own.abandon(ticket);
        }

        @Override
        public List<Finished> advance() {
            return own.active() == 0 ? own.advance() : time.spend(Role.ROLLOUT, own::advance);
        }

        @Override
        public void close() {
            own.close();
        }
    }

    private record TimedTeacher(Teacher own, ModelTime time) implements Teacher {

        @Override
        public String id() {
            return own.id();
        }

        @Override
        public String tokenizerFingerprint() {
            return own.tokenizerFingerprint();
        }

        @Override
        public Optional<String> refusal(Reading reading) {
            return own.refusal(reading);
        }

        @Override
        public List<TeacherScores> score(List<Reading> readings) {
            return time.spend(Role.SCORER, () -> own.score(readings));
        }

        @Override
        public void close() {
            own.close();
        }
    }

    private record TimedStudent(Student own, ModelTime time) implements Student {

        @Override
        public Map<String, Double> initialControllers() {
            return own.initialControllers();
        }

        @Override
        public StepResult train(List<ScoredTrajectory> trajectories, long step, Map<String, Double> controllers) {
            return time.spend(Role.TRAINER, () -> own.train(trajectories, step, controllers));
        }

        @Override
        public byte[] learned() {
            return own.learned();
        }

        @Override
        public String digest() {
            return own.digest();
        }

        @Override
        public byte[] optimizerState() {
            return own.optimizerState();
        }

        @Override
        public void restore(byte[] learned, byte[] optimizerState) {
            own.restore(learned, optimizerState);
        }

        @Override
        public Publication publication(long version) {
            return own.publication(version);
        }

        @Override
        public StudentFiles files() {
            return own.files();
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
