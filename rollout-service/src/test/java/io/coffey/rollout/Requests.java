// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;
import io.coffey.distillation.trajectory.Sampling;
import java.util.Map;

/** Requests and announcements for tests. */
public final class Requests {

    public static final String TOKENIZER = "tokenizer-a";
    public static final String CONFIG = "config-a";

    private Requests() {}

    public static RolloutRequest exactly(long number, long version) {
        return of(number, version, VersionRule.EXACT, 1, 8);
    }

    public static RolloutRequest atLeast(long number, long version) {
        return of(number, version, VersionRule.AT_LEAST, 1, 8);
    }

    public static RolloutRequest of(long number, long version, VersionRule rule, int samples, int maxNewTokens) {
        return new RolloutRequest(
                "run",
                number,
                "prompt-" + number,
                new int[] {1, 2, 3},
                samples,
                new Sampling(1, 0, 1, maxNewTokens),
                1000 + number,
                version,
                rule,
                0,
                false,
                0,
                TOKENIZER);
    }

    /** The same request for so many alternatives. */
    public static RolloutRequest withAlternatives(RolloutRequest request, int alternatives) {
        return new RolloutRequest(
                request.runId(),
                request.number(),
                request.promptId(),
                request.promptTokens(),
                request.samples(),
                request.sampling(),
                request.seed(),
                request.policyVersion(),
                request.versionRule(),
                request.studentTopK(),
                request.studentEntropy(),
                alternatives,
                request.tokenizerFingerprint());
    }

    public static PolicyVersion policy(long version) {
        return new PolicyVersion(
                "run",
                version,
                PolicyVersion.Kind.FULL,
                version,
                1,
                version,
                4,
                "digest-" + version,
                Map.of(),
                TOKENIZER,
                CONFIG,
                null);
    }
}
