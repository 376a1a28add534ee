// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.rollout.Finished;
import io.coffey.rollout.RolloutEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers every request at once, with as many tokens as it allows. */
final class NullEngine implements RolloutEngine {

    private static final String WORKER = "null";
    private static final int SLOTS = 1 << 20;

    private final NullNumbers numbers;
    private final Map<Long, RolloutRequest> submitted = new LinkedHashMap<>();
    private long version;

    NullEngine(NullNumbers numbers) {
        this.numbers = numbers;
    }

    @Override
    public void use(PolicyVersion policy, byte[] weights) {
        version = policy.version();
    }

    @Override
    public int freeSlots() {
        return SLOTS - submitted.size();
    }

    @Override
    public int active() {
        return submitted.values().stream().mapToInt(RolloutRequest::samples).sum();
    }

    @Override
    public void submit(long ticket, RolloutRequest request) {
        submitted.put(ticket, request);
    }

    @Override
    public void abandon(long ticket) {
        submitted.remove(ticket);
    }

    @Override
    public List<Finished> advance() {
        List<Finished> finished = new ArrayList<>(submitted.size());
        submitted.forEach((ticket, request) -> {
            List<Trajectory> trajectories = new ArrayList<>(request.samples());
            for (int sample = 0; sample < request.samples(); sample++) {
                trajectories.add(trajectory(request, sample));
            }
            finished.add(new Finished(ticket, trajectories));
        });
        submitted.clear();
        return finished;
    }

    private Trajectory trajectory(RolloutRequest request, int sample) {
        int length = request.sampling().maxNewTokens();
        byte[] mask = new byte[length];
        Arrays.fill(mask, (byte) 1);
        return new Trajectory(
                request.runId(),
                request.number(),
                sample,
                request.promptId(),
                request.promptTokens(),
                numbers.tokens(length),
                mask,
                numbers.values(length),
                request.sampling().isUnprocessed() ? null : numbers.values(length),
                List.of(new VersionRun(version, length)),
                request.origin(),
                request.sampling(),
                request.seed(),
                FinishReason.LENGTH,
                request.tokenizerFingerprint(),
                WORKER,
                request.studentTopK() == 0 ? null : numbers.top(length, request.studentTopK()),
                request.studentEntropy() ? numbers.values(length) : null,
                request.alternatives() == 0 ? null : numbers.top(length, request.alternatives()),
                null);
    }

    @Override
    public void close() {
        submitted.clear();
    }
}
