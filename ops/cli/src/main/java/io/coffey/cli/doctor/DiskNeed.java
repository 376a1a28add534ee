// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.cli.run.LocalRunSettings;
import io.coffey.distillation.objective.Needs;
import java.util.Locale;

/**
 * How much a run may write below its folder, at most: an estimate from its settings, all lengths at their limits and
 * nothing compressed.
 *
 * @param files checkpoints and the student, in bytes
 * @param weights weights in the log of a broker of its own, in bytes; 0 with another broker
 * @param records trajectories and scores in that log, in bytes; 0 with another broker
 */
public record DiskNeed(long files, long weights, long records) {

    /** Weights and the two moments of the optimiser. */
    private static final int TENSORS_OF_A_CHECKPOINT = 3;

    /** What the catalogue of topics keeps of published weights, and a segment that is not yet full. */
    private static final long MOST_WEIGHTS = (1L << 30) + (1L << 27);

    /** Id, mask, log-probability of a token; a scored record has also the teacher's and the reward. */
    private static final int TRAJECTORY_TOKEN_BYTES = 9;

    private static final int SCORE_TOKEN_BYTES = 8;
    private static final int TOP_TOKEN_BYTES = 8;
    private static final int NUMBER_BYTES = 4;
    private static final int RECORD_BYTES = 512;

    /**
     * The need of a run.
     *
     * @param weightsBytes size of the student's weights
     * @param needs what the objective has attached to a trajectory
     */
    public static DiskNeed of(LocalRunSettings settings, long weightsBytes, Needs needs) {
        // One checkpoint more than are kept exists while the newest is written; the student is exported once.
        long files =
                (settings.trainer().keepCheckpoints() + 1L) * TENSORS_OF_A_CHECKPOINT * weightsBytes + weightsBytes;
        if (!settings.kafka().local()) {
            return new DiskNeed(files, 0, 0);
        }
        long steps = settings.trainer().steps();
        long publications = 1 + steps / settings.trainer().publishEvery();
        long weights = Math.min(MOST_WEIGHTS, publications * weightsBytes);
        double longest = settings.sampling().maxNewTokens();
        double trajectory = trajectoryBytes(longest, needs) + scoredBytes(longest, needs);
        return new DiskNeed(files, weights, (long) (steps * settings.trainer().batch() * trajectory));
    }

    /** Size of a trajectory's record, uncompressed. */
    public static double trajectoryBytes(double tokens, Needs needs) {
        return RECORD_BYTES + tokens * trajectoryToken(needs);
    }

    /** Size of a scored trajectory's record, uncompressed. */
    public static double scoredBytes(double tokens, Needs needs) {
        return RECORD_BYTES + tokens * (trajectoryToken(needs) + scoreToken(needs));
    }

    private static long trajectoryToken(Needs needs) {
        return TRAJECTORY_TOKEN_BYTES
                + (long) TOP_TOKEN_BYTES * needs.studentTopK()
                + (long) TOP_TOKEN_BYTES * needs.alternatives()
                + (needs.studentEntropy() ? NUMBER_BYTES : 0);
    }

    private static long scoreToken(Needs needs) {
        return SCORE_TOKEN_BYTES
                + (long) TOP_TOKEN_BYTES * needs.teacherTopK()
                + (needs.atStudentTop() ? (long) NUMBER_BYTES * needs.studentTopK() : 0)
                + (long) NUMBER_BYTES * needs.alternatives()
                + (needs.teacherEntropy() ? NUMBER_BYTES : 0);
    }

    /** All of it, in bytes. */
    public long total() {
        return files + weights + records;
    }

    /** It in words. */
    String text() {
        String own = "checkpoints and student " + size(files);
        return weights + records == 0
                ? own
                : own + ", weights in the log " + size(weights) + ", records in the log " + size(records);
    }

    /** Bytes as people say them. */
    static String size(long bytes) {
        double mebibytes = bytes / (double) (1 << 20);
        return mebibytes < 1024
                ? String.format(Locale.ROOT, "%.1f MiB", mebibytes)
                : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
    }
}
