// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.sampling.Completion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the trajectory of what a generator sampled for a request. */
final class SampledTrajectory {

    private SampledTrajectory() {}

    /** A log-probability that is not finite comes from broken weights: the trajectory is failed, with its position. */
    static Trajectory of(RolloutRequest request, int sample, Completion completion, String workerId) {
        float[] logProbs = completion.logProbs();
        for (int t = 0; t < logProbs.length; t++) {
            if (!Float.isFinite(logProbs[t])) {
                return Trajectory.failed(
                        request,
                        sample,
                        workerId,
                        "trajectory %s has log-probability %s at position %d under policy version %d"
                                .formatted(
                                        Trajectory.id(request.number(), sample),
                                        logProbs[t],
                                        t,
                                        completion.versions()[t]));
            }
        }
        byte[] mask = new byte[logProbs.length];
        Arrays.fill(mask, (byte) 1);
        return new Trajectory(
                request.runId(),
                request.number(),
                sample,
                request.promptId(),
                request.promptTokens(),
                completion.tokens(),
                mask,
                logProbs,
                request.sampling().isUnprocessed() ? null : completion.processedLogProbs(),
                runs(completion.versions()),
                request.origin(),
                request.sampling(),
                request.seed(),
                completion.stopped() ? FinishReason.STOP : FinishReason.LENGTH,
                request.tokenizerFingerprint(),
                workerId,
                tokens(request.studentTopK(), completion.topIds(), completion.topLogProbs()),
                completion.entropy(),
                tokens(request.alternatives(), completion.alternativeIds(), completion.alternativeLogProbs()),
                null);
    }

    /** Consecutive equal versions as one run each. */
    static List<VersionRun> runs(long[] versions) {
        List<VersionRun> runs = new ArrayList<>();
        int start = 0;
        for (int t = 1; t <= versions.length; t++) {
            if (t == versions.length || versions[t] != versions[start]) {
                runs.add(new VersionRun(versions[start], t - start));
                start = t;
            }
        }
        return runs;
    }

    private static @Nullable TopTokens tokens(int k, int @Nullable [] ids, float @Nullable [] logProbs) {
        return ids == null || logProbs == null ? null : new TopTokens(k, ids, logProbs);
    }
}
