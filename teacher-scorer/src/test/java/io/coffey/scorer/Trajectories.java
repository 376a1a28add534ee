// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.scorer.teacher.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Trajectories for tests: tokenizer "tok", behavior log-probabilities -0.5. */
public final class Trajectories {

    private Trajectories() {}

    /** Sample 0 of a request for prompt "p" + request, with tokens 1, 2, 3, ... */
    public static Trajectory ofLength(long request, int length) {
        int[] tokens = new int[length];
        for (int t = 0; t < length; t++) {
            tokens[t] = t + 1;
        }
        return of(request, new int[] {3, 1}, tokens, "tok", null, null);
    }

    /** A response that ended by itself, or was cut. */
    public static Trajectory ended(FinishReason reason, int[] prompt, int... tokens) {
        return of(0, prompt, tokens, "tok", null, null, reason);
    }

    public static Trajectory of(
            long request,
            int[] prompt,
            int[] tokens,
            String tokenizer,
            @Nullable TopTokens studentTop,
            @Nullable TopTokens alternatives) {
        return of(request, prompt, tokens, tokenizer, studentTop, alternatives, FinishReason.LENGTH);
    }

    private static Trajectory of(
            long request,
            int[] prompt,
            int[] tokens,
            String tokenizer,
            @Nullable TopTokens studentTop,
            @Nullable TopTokens alternatives,
            FinishReason reason) {
        byte[] mask = new byte[tokens.length];
        Arrays.fill(mask, (byte) 1);
        float[] behavior = new float[tokens.length];
        Arrays.fill(behavior, -0.5f);
        return new Trajectory(
                "run",
                request,
                0,
                "p" + request,
                prompt,
                tokens,
                mask,
                behavior,
                null,
                List.of(new VersionRun(2, tokens.length)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                5,
                reason,
                tokenizer,
                "w",
                studentTop,
                null,
                alternatives,
                null);
    }

    /** Trajectories as a teacher without a context reads them. */
    public static List<Reading> plain(Trajectory... trajectories) {
        return Stream.of(trajectories).map(Reading::plain).toList();
    }

    public static Trajectory failed(long request, String failure) {
        return new Trajectory(
                "run",
                request,
                0,
                "p" + request,
                new int[] {3, 1},
                new int[0],
                new byte[0],
                new float[0],
                null,
                List.of(),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                5,
                FinishReason.FAILED,
                "tok",
                "w",
                null,
                null,
                null,
                failure);
    }
}
