// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What can be told of an optimiser batch without its loss: lengths, endings, staleness. */
final class BatchStatistics {

    private BatchStatistics() {}

    /** Metrics by name; staleness counts every token with the version that sampled it. */
    static Map<String, Double> of(List<Trajectory> trajectories, long step) {
        double lag = 0;
        long leastLag = Long.MAX_VALUE;
        long mostLag = 0;
        double tokens = 0;
        int truncated = 0;
        int[] lengths = new int[trajectories.size()];
        for (int i = 0; i < lengths.length; i++) {
            Trajectory trajectory = trajectories.get(i);
            for (VersionRun run : trajectory.versions()) {
                long staleness = step - 1 - run.version();
                lag += (double) staleness * run.count();
                leastLag = Math.min(leastLag, staleness);
                mostLag = Math.max(mostLag, staleness);
            }
            lengths[i] = trajectory.length();
            tokens += lengths[i];
            truncated += trajectory.finishReason() == FinishReason.LENGTH ? 1 : 0;
        }
        Arrays.sort(lengths);
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("trajectories", (double) lengths.length);
        metrics.put("completionLength", tokens / lengths.length);
        metrics.put("completionLengthP50", (double) quantile(lengths, 0.5));
        metrics.put("completionLengthP95", (double) quantile(lengths, 0.95));
        metrics.put("truncatedShare", (double) truncated / lengths.length);
        metrics.put("stoppedShare", 1 - (double) truncated / lengths.length);
        metrics.put("staleness", lag / tokens);
        metrics.put("minStaleness", (double) leastLag);
        metrics.put("maxStaleness", (double) mostLag);
        return metrics;
    }

    /** The least value that is not below this share of the values. */
    private static int quantile(int[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
