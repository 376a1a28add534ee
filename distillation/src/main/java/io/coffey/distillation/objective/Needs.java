// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import io.coffey.distillation.batch.TokenBatch;
import io.coffey.distillation.batch.UntrainableTrajectoryException;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an objective needs attached to a trajectory before it can be trained on. Rollout workers and the scorer attach
 * exactly this. A vocabulary smaller than a K attaches all of itself.
 *
 * @param teacherLogProbs the teacher's log-probability of every sampled token
 * @param teacherTopK how many of the teacher's likeliest tokens per position; 0 for none
 * @param studentTopK how many of the student's likeliest tokens per position, as of rollout time; 0 for none
 * @param atStudentTop the teacher's log-probabilities at the student's likeliest tokens
 * @param teacherEntropy the teacher's exact entropy per position
 * @param studentEntropy the student's exact entropy per position, as of rollout time
 * @param context the teacher sees the prompt's privileged reference
 * @param pairs trajectories come as preference pairs
 * @param alternatives how many further tokens the student draws at every position, which the teacher scores; 0 for none
 */
public record Needs(
        boolean teacherLogProbs,
        int teacherTopK,
        int studentTopK,
        boolean atStudentTop,
        boolean teacherEntropy,
        boolean studentEntropy,
        boolean context,
        boolean pairs,
        int alternatives) {

    /** Without alternatives. */
    public Needs(
            boolean teacherLogProbs,
            int teacherTopK,
            int studentTopK,
            boolean atStudentTop,
            boolean teacherEntropy,
            boolean studentEntropy,
            boolean context,
            boolean pairs) {
        this(
                teacherLogProbs,
                teacherTopK,
                studentTopK,
                atStudentTop,
                teacherEntropy,
                studentEntropy,
                context,
                pairs,
                0);
    }

    /** The same, from a teacher that sees the prompt's privileged reference. */
    Needs withContext() {
        return new Needs(
                teacherLogProbs,
                teacherTopK,
                studentTopK,
                atStudentTop,
                teacherEntropy,
                studentEntropy,
                true,
                pairs,
                alternatives);
    }

    /** The same with so many alternatives. */
    public Needs withAlternatives(int count) {
        return new Needs(
                teacherLogProbs,
                teacherTopK,
                studentTopK,
                atStudentTop,
                teacherEntropy,
                studentEntropy,
                context,
                pairs,
                count);
    }

    /** What of it trajectories that were made for other needs do not carry. */
    public Needs missingFrom(Needs carried) {
        return new Needs(
                teacherLogProbs && !carried.teacherLogProbs,
                teacherTopK > carried.teacherTopK ? teacherTopK : 0,
                studentTopK > carried.studentTopK ? studentTopK : 0,
                atStudentTop && !carried.atStudentTop,
                teacherEntropy && !carried.teacherEntropy,
                studentEntropy && !carried.studentEntropy,
                context && !carried.context,
                pairs && !carried.pairs,
                alternatives > carried.alternatives ? alternatives : 0);
    }

    /** What it is, in words; empty when nothing is needed but tokens and their log-probabilities as sampled. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        word(words, teacherLogProbs, "teacher log-probabilities");
        word(words, teacherTopK > 0, "the teacher's %d likeliest tokens".formatted(teacherTopK));
        word(words, studentTopK > 0, "the student's %d likeliest tokens".formatted(studentTopK));
        word(words, atStudentTop, "teacher log-probabilities at the student's likeliest tokens");
        word(words, teacherEntropy, "teacher entropies");
        word(words, studentEntropy, "student entropies");
        word(words, context, "scores under a privileged context");
        word(words, pairs, "preference pairs with sums of a reference's log-probabilities");
        word(words, alternatives > 0, "%d further tokens at every position".formatted(alternatives));
        return words;
    }

    private static void word(List<String> words, boolean needed, String what) {
        if (needed) {
            words.add(what);
        }
    }

    /**
     * Checks that a trajectory carries all of it.
     *
     * @param objective name of the objective, for the message
     * @param scored the trajectory
     * @param scores its scores of the teacher that is trained from
     * @param vocabularySize tokens there are, V
     * @throws UntrainableTrajectoryException naming the trajectory, what it lacks, and the objective
     */
    void check(String objective, ScoredTrajectory scored, TeacherScores scores, int vocabularySize) {
        Trajectory trajectory = scored.trajectory();
        Lack lack = new Lack(objective, "trajectory " + trajectory.id());
        lack.of(pairs, scored.pair(), "response beside its own");
        lack.ofTop(trajectory.studentTop(), Math.min(studentTopK, vocabularySize), "student top tokens");
        lack.ofTop(scores.top(), Math.min(teacherTopK, vocabularySize), "teacher top tokens");
        lack.of(atStudentTop, scores.atStudentTop(), "teacher log-probabilities at the student's top tokens");
        lack.of(teacherEntropy, scores.entropy(), "teacher entropies");
        lack.of(studentEntropy, trajectory.studentEntropy(), "student entropies");
        lack.of(context, scores.contextHash(), "scores under a privileged context");
        lack.ofTop(trajectory.alternatives(), alternatives, "alternative tokens");
        lack.of(alternatives > 0, scores.atAlternatives(), "teacher log-probabilities at the alternative tokens");
    }

    /**
     * Checks that a batch has all that a loss reads of it; one that was not made for this objective may not.
     *
     * @throws UntrainableTrajectoryException naming what it lacks, and the objective
     */
    void check(String objective, TokenBatch batch, int vocabularySize) {
        Lack lack = new Lack(objective, "micro-batch");
        lack.of(pairs, batch.reference(), "pairs with sums of a reference's log-probabilities");
        lack.ofTop(batch.studentTop(), Math.min(studentTopK, vocabularySize), "scored student top tokens");
        lack.ofTop(batch.teacherTop(), Math.min(teacherTopK, vocabularySize), "teacher top tokens");
        lack.of(teacherEntropy, batch.teacherEntropy(), "teacher entropies");
        lack.of(studentEntropy, batch.studentEntropy(), "student entropies");
        lack.ofTop(batch.alternatives(), alternatives, "scored alternative tokens");
    }

    private record Lack(String objective, String subject) {

        void of(boolean needed, @Nullable Object carried, String what) {
            if (needed && carried == null) {
                throw missing("no " + what);
            }
        }

        void ofTop(@Nullable TopTokens carried, int needed, String what) {
            of(needed > 0, carried, what);
            if (carried != null && carried.k() < needed) {
                throw missing("%d %s per position, %d are needed".formatted(carried.k(), what, needed));
            }
        }

        private UntrainableTrajectoryException missing(String what) {
            return new UntrainableTrajectoryException(
                    "%s has %s; objective %s needs them".formatted(subject, what, objective));
        }
    }
}
