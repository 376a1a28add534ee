// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A scored trajectory in the making: tokens, and the teacher's whole distribution at each position, of which it
 * attaches what a test asks for.
 */
public final class Sample {

    private final double[][] teacher;
    private final int[] tokens;
    private final byte[] mask;
    private final float[] behavior;
    private int @Nullable [][] teacherTop;
    private int @Nullable [][] studentTop;
    private int @Nullable [][] alternatives;
    private double[][] atAlternatives = {};
    private boolean entropies;
    private @Nullable String context;
    private int promptLength = 1;

    private Sample(double[][] teacher, int[] tokens) {
        this.teacher = teacher;
        this.tokens = tokens;
        this.mask = new byte[tokens.length];
        Arrays.fill(mask, (byte) 1);
        this.behavior = new float[tokens.length];
        Arrays.fill(behavior, -1);
    }

    /** Tokens, and the teacher's log-probabilities, [T, V]. */
    public static Sample of(double[][] teacher, int... tokens) {
        return new Sample(teacher, tokens);
    }

    /** So many tokens of a vocabulary of two between which the teacher is undecided. */
    public static Sample ofLength(int prompt, int completion) {
        double[][] teacher = new double[completion][];
        Arrays.fill(teacher, Distributions.log(0.5, 0.5));
        Sample sample = of(teacher, new int[completion]);
        sample.promptLength = prompt;
        return sample;
    }

    public Sample behavior(double... logProbs) {
        for (int t = 0; t < logProbs.length; t++) {
            behavior[t] = (float) logProbs[t];
        }
        return this;
    }

    public Sample mask(int... values) {
        for (int t = 0; t < values.length; t++) {
            mask[t] = (byte) values[t];
        }
        return this;
    }

    /** Attaches the teacher's log-probabilities at these tokens of each position as its likeliest. */
    public Sample teacherTop(int[]... ids) {
        teacherTop = ids;
        return this;
    }

    /** Attaches these tokens of each position as the student's likeliest, and the teacher's log-probabilities there. */
    public Sample studentTop(int[]... ids) {
        studentTop = ids;
        return this;
    }

    /**
     * Attaches further tokens of each position, drawn with these log-probabilities, and what the teacher gives them.
     */
    public Sample alternatives(int[][] ids, double[][] behavior) {
        alternatives = ids;
        atAlternatives = behavior;
        return this;
    }

    /** Scores it under a privileged context with this hash. */
    public Sample context(String hash) {
        context = hash;
        return this;
    }

    public Sample entropies() {
        entropies = true;
        return this;
    }

    public ScoredTrajectory scored(long request) {
        Trajectory trajectory = trajectory(request);
        return new ScoredTrajectory(trajectory, List.of(scores("teacher")), null);
    }

    // javac 17 does not read the @Nullable of an array from a class file
    @SuppressWarnings("NullAway")
    public Trajectory trajectory(long request) {
        return new Trajectory(
                "run",
                request,
                0,
                "prompt",
                new int[promptLength],
                tokens,
                mask,
                behavior,
                null,
                List.of(new VersionRun(0, tokens.length)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, tokens.length),
                0,
                FinishReason.LENGTH,
                "tokenizer",
                "worker",
                studentTop == null ? null : top(studentTop),
                entropies ? entropy() : null,
                alternatives == null ? null : drawn(alternatives),
                null);
    }

    // javac 17 does not read the @Nullable of an array from a class file
    @SuppressWarnings("NullAway")
    public TeacherScores scores(String teacherId) {
        float[] logProbs = new float[tokens.length];
        float[] logRatios = new float[tokens.length];
        for (int t = 0; t < tokens.length; t++) {
            logProbs[t] = (float) teacher[t][tokens[t]];
            logRatios[t] = logProbs[t] - behavior[t];
        }
        return new TeacherScores(
                teacherId,
                "revision",
                "tokenizer",
                context,
                logProbs,
                logRatios,
                teacherTop == null ? null : top(teacherTop),
                studentTop == null ? null : top(studentTop).logProbs(),
                alternatives == null ? null : top(alternatives).logProbs(),
                entropies ? entropy() : null);
    }

    private TopTokens top(int[][] ids) {
        int k = ids[0].length;
        int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
        float[] logProbs = new float[flat.length];
        IntStream.range(0, flat.length).forEach(i -> logProbs[i] = (float) teacher[i / k][flat[i]]);
        return new TopTokens(k, flat, logProbs);
    }

    private TopTokens drawn(int[][] ids) {
        double[] flat =
                Arrays.stream(atAlternatives).flatMapToDouble(Arrays::stream).toArray();
        float[] behaviors = new float[flat.length];
        IntStream.range(0, flat.length).forEach(i -> behaviors[i] = (float) flat[i]);
        return new TopTokens(ids[0].length, top(ids).ids(), behaviors);
    }

    private float[] entropy() {
        float[] entropy = new float[tokens.length];
        for (int t = 0; t < tokens.length; t++) {
            entropy[t] = (float) Distributions.entropy(teacher[t]);
        }
        return entropy;
    }
}
