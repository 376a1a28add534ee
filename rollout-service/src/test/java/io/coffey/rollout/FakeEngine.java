// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An engine without a model: a sample's length and tokens follow from its seed, one token per {@link #advance}. Weights
 * of a first byte 'X' are unusable.
 */
public final class FakeEngine implements RolloutEngine {

    public static final ModelLimits LIMITS = new ModelLimits(64, 100, Requests.TOKENIZER, Origin.STUDENT);

    /** One sample on its way. */
    private static final class Sample {
        final int[] tokens;
        final long[] versions;
        int length;

        Sample(int[] tokens) {
            this.tokens = tokens;
            this.versions = new long[tokens.length];
        }

        boolean finished() {
            return length == tokens.length;
        }
    }

    private record Job(RolloutRequest request, @Nullable String problem, List<Sample> samples) {}

    private final int slots;
    private final Map<Long, Job> jobs = new LinkedHashMap<>();
    private long version = -1;
    public final List<Long> versionsUsed = new ArrayList<>();
    public final List<Long> numbersSubmitted = new ArrayList<>();
    public boolean closed;

    public FakeEngine(int slots) {
        this.slots = slots;
    }

    @Override
    public void use(PolicyVersion policy, byte[] weights) throws UnusableWeightsException {
        if (weights[0] == 'X') {
            throw new UnusableWeightsException("version %d is broken".formatted(policy.version()), null);
        }
        version = policy.version();
        versionsUsed.add(version);
    }

    @Override
    public int freeSlots() {
        return slots - active();
    }

    @Override
    public int active() {
        int active = 0;
        for (Job job : jobs.values()) {
            active += (int) job.samples().stream().filter(s -> !s.finished()).count();
        }
        return active;
    }

    @Override
    public void submit(long ticket, RolloutRequest request) {
        numbersSubmitted.add(request.number());
        String problem = LIMITS.problem(request).orElse(null);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; problem == null && i < request.samples(); i++) {
            Random random = new Random(SampleSeed.of(request.seed(), i));
            int length = 1 + random.nextInt(request.sampling().maxNewTokens());
            samples.add(
                    new Sample(random.ints(length, 0, LIMITS.vocabularySize()).toArray()));
        }
        jobs.put(ticket, new Job(request, problem, samples));
    }

    @Override
    public void abandon(long ticket) {
        jobs.remove(ticket);
    }

    @Override
    public List<Finished> advance() {
        if (!jobs.isEmpty() && version < 0) {
            throw new IllegalStateException("no weights");
        }
        int free = slots;
        List<Finished> finished = new ArrayList<>();
        for (Map.Entry<Long, Job> entry : jobs.entrySet()) {
            Job job = entry.getValue();
            for (Sample sample : job.samples()) {
                if (!sample.finished() && free > 0) {
                    free--;
                    sample.versions[sample.length++] = version;
                }
            }
            if (job.samples().stream().allMatch(Sample::finished)) {
                finished.add(new Finished(entry.getKey(), trajectories(job)));
            }
        }
        finished.forEach(f -> jobs.remove(f.ticket()));
        return finished;
    }

    @Override
    public void close() {
        closed = true;
    }

    private static List<Trajectory> trajectories(Job job) {
        RolloutRequest request = job.request();
        String problem = job.problem();
        if (problem != null) {
            return IntStream.range(0, request.samples())
                    .mapToObj(i -> Trajectory.failed(request, i, "fake", problem))
                    .toList();
        }
        return IntStream.range(0, request.samples())
                .mapToObj(i -> trajectory(request, i, job.samples().get(i)))
                .toList();
    }

    private static Trajectory trajectory(RolloutRequest request, int index, Sample sample) {
        int length = sample.length;
        byte[] mask = new byte[length];
        Arrays.fill(mask, (byte) 1);
        int k = request.studentTopK();
        List<VersionRun> versions = Arrays.stream(sample.versions)
                .mapToObj(v -> new VersionRun(v, 1))
                .toList();
        return new Trajectory(
                request.runId(),
                request.number(),
                index,
                request.promptId(),
                request.promptTokens(),
                sample.tokens,
                mask,
                new float[length],
                null,
                versions,
                Origin.STUDENT,
                request.sampling(),
                request.seed(),
                length == request.sampling().maxNewTokens() ? FinishReason.LENGTH : FinishReason.STOP,
                request.tokenizerFingerprint(),
                "fake",
                k == 0 ? null : new TopTokens(k, new int[length * k], new float[length * k]),
                request.studentEntropy() ? new float[length] : null,
                null,
                null);
    }
}
