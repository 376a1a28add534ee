// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trained positions of a micro-batch as aligned arrays, sequence by sequence. Positions that a mask excludes are
 * not in it, so no loss can reach them. What not every trajectory carries is absent. Arrays are not mutated after
 * construction.
 *
 * @param rowCount rows of the micro-batch's logits: its completion positions, masked ones included, R
 * @param sequences sequences in the micro-batch: a trajectory, or one of the two responses of a pair
 * @param rows row of the logits that predicts each token, ascending, [N]
 * @param sequence which trajectory each token belongs to, from 0, [N]
 * @param position completion position of each token, [N]
 * @param length completion tokens of its trajectory, [N]
 * @param trained trained tokens of its trajectory, [N]
 * @param weight factor of its trajectory's loss, [N]
 * @param tokens sampled token, [N]
 * @param behavior its log-probability under the weights that sampled it, [N]
 * @param teacher its log-probability under the teacher, [N]
 * @param teacherTop the teacher's likeliest tokens and the teacher's log-probabilities there, [N, K]
 * @param studentTop the student's likeliest tokens at rollout time and the <em>teacher's</em> log-probabilities there,
 *     [N, J]
 * @param teacherEntropy the teacher's entropy in nats, [N]
 * @param studentEntropy the student's entropy in nats at rollout time, [N]
 * @param alternatives further tokens that the student drew and their log-probabilities then, [N, M]
 * @param teacherAtAlternatives the teacher's log-probabilities at the alternatives, row-major [N, M]
 * @param reference of pairs, the sum of the reference's log-probabilities over each trajectory, [B]
 * @param teacherTemperature temperature that the teacher's distribution gets before a loss compares with it, 1 or more,
 *     [N]; absent where all are 1
 */
public record TokenBatch(
        int rowCount,
        int sequences,
        int[] rows,
        int[] sequence,
        int[] position,
        int[] length,
        int[] trained,
        float[] weight,
        int[] tokens,
        float[] behavior,
        float[] teacher,
        @Nullable TopTokens teacherTop,
        @Nullable TopTokens studentTop,
        float @Nullable [] teacherEntropy,
        float @Nullable [] studentEntropy,
        @Nullable TopTokens alternatives,
        float @Nullable [] teacherAtAlternatives,
        double @Nullable [] reference,
        float @Nullable [] teacherTemperature) {

    /** Names of the {@link #tensors}, in order: what a loss script calls them. */
    public static final List<String> TENSORS = List.of(
            "rows",
            "sequence",
            "position",
            "length",
            "trained",
            "trajectory_weight",
            "tokens",
            "behavior",
            "teacher",
            "teacher_top_ids",
            "teacher_top",
            "student_top_ids",
            "teacher_at_student_top",
            "teacher_entropy",
            "student_entropy",
            "alternatives",
            "behavior_at_alternatives",
            "teacher_at_alternatives",
            "reference",
            "teacher_temperature");

    private static final int[] NO_IDS = {};
    private static final float[] NO_VALUES = {};
    private static final double[] NO_SUMS = {};

    /**
     * Aligns trajectories with the scores of the first teacher of each.
     *
     * @throws UntrainableTrajectoryException if one failed, or a trained position has a number that is not finite
     */
    public static TokenBatch of(List<ScoredTrajectory> trajectories) {
        return new TokenBatchAssembly(trajectories, scored -> scored.scores().get(0)).assemble();
    }

    /**
     * Aligns trajectories with the scores of one teacher.
     *
     * @throws UntrainableTrajectoryException if one failed or lacks that teacher's scores, or a trained position has a
     *     number that is not finite
     */
    public static TokenBatch of(List<ScoredTrajectory> trajectories, String teacherId) {
        return new TokenBatchAssembly(
                        trajectories,
                        scored -> scored.scores().stream()
                                .filter(score -> score.teacherId().equals(teacherId))
                                .findFirst()
                                .orElseThrow(() ->
                                        new UntrainableTrajectoryException("trajectory %s has no scores of teacher %s"
                                                .formatted(scored.trajectory().id(), teacherId))))
                .assemble();
    }

    /**
     * Aligns pairs: sequences 2i and 2i + 1 are the responses preferred and not preferred of pair i. All of their
     * tokens are trained; log-probabilities of a behavior and a teacher are not known, and NaN.
     *
     * @throws UntrainableTrajectoryException if a trajectory failed or is no half of a pair
     */
    public static TokenBatch ofPairs(List<ScoredTrajectory> pairs) {
        return new PairBatchAssembly(pairs).assemble();
    }

    /**
     * The trained positions of some rows of the logits, for a loss that is computed a part at a time; its rows are
     * counted from the first of these.
     *
     * @param first the first row
     * @param count how many rows
     */
    public TokenBatch part(int first, int count) {
        if (first < 0 || count < 0 || first + count > rowCount) {
            throw new IllegalArgumentException(
                    "a micro-batch of %d rows has no rows %d to %d".formatted(rowCount, first, first + count));
        }
        if (count == rowCount) {
            return this;
        }
        int from = position(first);
        int to = position(first + count);
        int[] own = Arrays.copyOfRange(rows, from, to);
        for (int i = 0; i < own.length; i++) {
            own[i] -= first;
        }
        return new TokenBatch(
                count,
                sequences,
                own,
                Arrays.copyOfRange(sequence, from, to),
                Arrays.copyOfRange(position, from, to),
                Arrays.copyOfRange(length, from, to),
                Arrays.copyOfRange(trained, from, to),
                Arrays.copyOfRange(weight, from, to),
                Arrays.copyOfRange(tokens, from, to),
                Arrays.copyOfRange(behavior, from, to),
                Arrays.copyOfRange(teacher, from, to),
                part(teacherTop, from, to),
                part(studentTop, from, to),
                part(teacherEntropy, 1, from, to),
                part(studentEntropy, 1, from, to),
                part(alternatives, from, to),
                part(teacherAtAlternatives, alternativeCount(), from, to),
                reference,
                part(teacherTemperature, 1, from, to));
    }

    /**
     * The same batch, each trajectory's loss with a factor.
     *
     * @param weights a factor for each trajectory
     */
    public TokenBatch weighted(float[] weights) {
        if (weights.length != sequences) {
            throw new IllegalArgumentException(
                    "a micro-batch of %d trajectories found %d weights".formatted(sequences, weights.length));
        }
        float[] ofTokens = new float[size()];
        for (int n = 0; n < ofTokens.length; n++) {
            ofTokens[n] = weights[sequence[n]];
        }
        return with(ofTokens, teacherTemperature);
    }

    /**
     * The same batch, the loss of some tokens with factor 0.
     *
     * @param kept which completion positions keep their factor, for each trajectory
     */
    public TokenBatch only(List<boolean[]> kept) {
        if (kept.size() != sequences) {
            throw new IllegalArgumentException(
                    "a micro-batch of %d trajectories found masks of %d".formatted(sequences, kept.size()));
        }
        float[] ofTokens = new float[size()];
        for (int n = 0; n < ofTokens.length; n++) {
            ofTokens[n] = kept.get(sequence[n])[position[n]] ? weight[n] : 0;
        }
        return with(ofTokens, teacherTemperature);
    }

    /**
     * The same batch, the teacher with a temperature of its own at every token.
     *
     * @param temperatures of the completion positions, 1 or more, for each trajectory
     */
    public TokenBatch softened(List<float[]> temperatures) {
        if (temperatures.size() != sequences) {
            throw new IllegalArgumentException("a micro-batch of %d trajectories found temperatures of %d"
                    .formatted(sequences, temperatures.size()));
        }
        float[] ofTokens = new float[size()];
        for (int n = 0; n < ofTokens.length; n++) {
            ofTokens[n] = temperatures.get(sequence[n])[position[n]];
        }
        return with(weight, ofTokens);
    }

    private TokenBatch with(float[] weights, float @Nullable [] temperatures) {
        return new TokenBatch(
                rowCount,
                sequences,
                rows,
                sequence,
                position,
                length,
                trained,
                weights,
                tokens,
                behavior,
                teacher,
                teacherTop,
                studentTop,
                teacherEntropy,
                studentEntropy,
                alternatives,
                teacherAtAlternatives,
                reference,
                temperatures);
    }

    /** The number of trained tokens before a row. */
    private int position(int row) {
        int found = Arrays.binarySearch(rows, row);
        return found < 0 ? -found - 1 : found;
    }

    private static @Nullable TopTokens part(@Nullable TopTokens top, int from, int to) {
        return top == null
                ? null
                : new TopTokens(
                        top.k(),
                        Arrays.copyOfRange(top.ids(), from * top.k(), to * top.k()),
                        Arrays.copyOfRange(top.logProbs(), from * top.k(), to * top.k()));
    }

    private static float @Nullable [] part(float @Nullable [] values, int width, int from, int to) {
        return values == null ? null : Arrays.copyOfRange(values, from * width, to * width);
    }

    private int alternativeCount() {
        return alternatives == null ? 0 : alternatives.k();
    }

    /** The number of trained tokens, N. */
    public int size() {
        return tokens.length;
    }

    /**
     * The arrays as tensors in the order of {@link #TENSORS}: ids and indices i64, values f32. Supports are [N, 0] and
     * entropies and temperatures [0] when absent.
     */
    public List<Tensor> tensors(TensorScope scope) {
        return List.of(
                indices(scope, rows),
                indices(scope, sequence),
                indices(scope, position),
                indices(scope, length),
                indices(scope, trained),
                values(scope, weight),
                indices(scope, tokens),
                values(scope, behavior),
                values(scope, teacher),
                ids(scope, teacherTop),
                logProbs(scope, teacherTop),
                ids(scope, studentTop),
                logProbs(scope, studentTop),
                values(scope, teacherEntropy),
                values(scope, studentEntropy),
                ids(scope, alternatives),
                logProbs(scope, alternatives),
                scope.floats(
                        teacherAtAlternatives == null ? NO_VALUES : teacherAtAlternatives, size(), alternativeCount()),
                reference == null ? scope.doubles(NO_SUMS, 0) : scope.doubles(reference, reference.length),
                values(scope, teacherTemperature));
    }

    private static Tensor indices(TensorScope scope, int[] indices) {
        return scope.ints(indices, indices.length);
    }

    private static Tensor values(TensorScope scope, float @Nullable [] values) {
        return values == null ? scope.floats(NO_VALUES, 0) : scope.floats(values, values.length);
    }

    private Tensor ids(TensorScope scope, @Nullable TopTokens top) {
        return top == null ? scope.ints(NO_IDS, size(), 0) : scope.ints(top.ids(), size(), top.k());
    }

    private Tensor logProbs(TensorScope scope, @Nullable TopTokens top) {
        return top == null ? scope.floats(NO_VALUES, size(), 0) : scope.floats(top.logProbs(), size(), top.k());
    }
}
