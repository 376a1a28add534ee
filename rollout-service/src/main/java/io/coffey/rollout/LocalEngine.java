// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.sampling.Completion;
import io.coffey.sampling.GenerationRequest;
import io.coffey.sampling.Generator;
import io.coffey.sampling.Partner;
import io.coffey.sampling.SamplingSettings;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Samples with a decoder in this process, by continuous batching on a fixed number of slots: a request of N samples
 * takes N slots as they come free.
 *
 * <p>A slot whose request was abandoned samples to its end, and the result is dropped.
 */
public final class LocalEngine implements RolloutEngine {

    /** A sample in the generator or before it. */
    private record Sample(long ticket, Job job, int index) {}

    /** A request that is being sampled. */
    private static final class Job {
        private final long ticket;
        private final RolloutRequest request;
        private final @Nullable Trajectory[] done;
        private int missing;

        Job(long ticket, RolloutRequest request) {
            this.ticket = ticket;
            this.request = request;
            this.missing = request.samples();
            this.done = new Trajectory[missing];
        }

        Finished finished() {
            List<Trajectory> trajectories = new ArrayList<>(done.length);
            for (Trajectory trajectory : done) {
                trajectories.add(Objects.requireNonNull(trajectory));
            }
            return new Finished(ticket, trajectories);
        }
    }

    private final Decoder decoder;
    private final ModelLimits limits;
    private final String workerId;
    private final Generator generator;
    private final Map<Long, Job> jobs = new HashMap<>();
    private final Map<Long, Sample> sampling = new HashMap<>();
    private final Queue<Sample> waiting = new ArrayDeque<>();
    private final List<Finished> unsampled = new ArrayList<>();
    private @Nullable Weights weights;
    private long lastTicket;

    /**
     * @param tokenizerFingerprint tokenizer of the decoder's ids
     * @param slots samples in flight at once
     * @param workerId named in every trajectory
     */
    public LocalEngine(Decoder decoder, String tokenizerFingerprint, int slots, String workerId) {
        this(decoder, tokenizerFingerprint, slots, workerId, Origin.STUDENT);
    }

    /** @param origin whose decoder it is: requests for anyone else's completions fail */
    LocalEngine(Decoder decoder, String tokenizerFingerprint, int slots, String workerId, Origin origin) {
        this(
                decoder,
                new ModelLimits(
                        decoder.config().maxLength(), decoder.config().vocabularySize(), tokenizerFingerprint, origin),
                workerId,
                new Generator(decoder, slots));
    }

    /**
     * An engine for completions of origin MIXED alone: the decoder is the student's.
     *
     * @param teacher the caller closes its weights after the engine
     */
    LocalEngine(Decoder decoder, String tokenizerFingerprint, int slots, String workerId, Partner teacher) {
        this(
                decoder,
                new ModelLimits(
                        Math.min(
                                decoder.config().maxLength(),
                                teacher.decoder().config().maxLength()),
                        decoder.config().vocabularySize(),
                        tokenizerFingerprint,
                        Origin.MIXED),
                workerId,
                new Generator(decoder, slots, teacher));
    }

    private LocalEngine(Decoder decoder, ModelLimits limits, String workerId, Generator generator) {
        this.decoder = decoder;
        this.limits = limits;
        this.workerId = workerId;
        this.generator = generator;
    }

    @Override
    public void use(PolicyVersion policy, byte[] bytes) throws UnusableWeightsException {
        refuseForeign(policy);
        Weights next;
        try {
            next = decoder.weights(ByteBuffer.wrap(bytes));
        } catch (IllegalArgumentException e) {
            throw new UnusableWeightsException(
                    "policy version %d does not fit the student: %s".formatted(policy.version(), e.getMessage()), e);
        }
        serve(next, policy.version());
    }

    /** Samples with these weights, which it owns from here on. */
    void serve(Weights next, long version) {
        generator.use(next, version);
        closeWeights();
        weights = next;
    }

    @Override
    public int freeSlots() {
        return generator.freeSlots() - waiting.size();
    }

    @Override
    public int active() {
        int active = 0;
        for (Job job : jobs.values()) {
            active += job.missing;
        }
        return active;
    }

    @Override
    public void submit(long ticket, RolloutRequest request) {
        Job job = new Job(ticket, request);
        limits.problem(request)
                .ifPresentOrElse(problem -> unsampled.add(Finished.failed(ticket, request, workerId, problem)), () -> {
                    jobs.put(ticket, job);
                    for (int index = 0; index < request.samples(); index++) {
                        waiting.add(new Sample(++lastTicket, job, index));
                    }
                });
    }

    @Override
    public void abandon(long ticket) {
        Job job = jobs.remove(ticket);
        waiting.removeIf(sample -> sample.job() == job);
        sampling.values().removeIf(sample -> sample.job() == job);
        unsampled.removeIf(finished -> finished.ticket() == ticket);
    }

    @Override
    public List<Finished> advance() {
        List<Finished> finished = new ArrayList<>(unsampled);
        unsampled.clear();
        if (weights == null) {
            if (!jobs.isEmpty()) {
                throw new IllegalStateException(
                        "%d requests are in flight but there are no weights".formatted(jobs.size()));
            }
            return finished;
        }
        while (generator.freeSlots() > 0 && !waiting.isEmpty()) {
            start(waiting.remove());
        }
        if (generator.active() > 0) {
            for (Completion completion : generator.step()) {
                finish(completion, finished);
            }
        }
        return finished;
    }

    @Override
    public void close() {
        generator.close();
        closeWeights();
    }

    /**
     * Weights of another model mean that the worker was started with the wrong one: it must not burn the run's credits.
     */
    private void refuseForeign(PolicyVersion policy) {
        String config = decoder.config().fingerprint();
        if (!policy.configFingerprint().equals(config)) {
            throw foreign(policy, "architecture", policy.configFingerprint(), config);
        }
        if (!policy.tokenizerFingerprint().equals(limits.tokenizerFingerprint())) {
            throw foreign(policy, "tokenizer", policy.tokenizerFingerprint(), limits.tokenizerFingerprint());
        }
    }

    private static UserException foreign(PolicyVersion policy, String what, String published, String own) {
        return new UserException(
                ExitCode.DATA,
                "run %s publishes weights of %s %s, but this worker's student has %s: start it with the run's student"
                        .formatted(policy.runId(), what, published, own));
    }

    private void start(Sample sample) {
        RolloutRequest request = sample.job().request;
        Sampling s = request.sampling();
        sampling.put(sample.ticket(), sample);
        generator.admit(new GenerationRequest(
                sample.ticket(),
                request.promptTokens(),
                new SamplingSettings(
                                s.temperature(),
                                s.topK(),
                                s.topP(),
                                s.maxNewTokens(),
                                request.studentTopK(),
                                request.studentEntropy())
                        .withAlternatives(request.alternatives()),
                SampleSeed.of(request.seed(), sample.index()),
                request.origin() == Origin.MIXED ? 1 - (double) s.studentShare() : 0));
    }

    private void finish(Completion completion, List<Finished> finished) {
        Sample sample = sampling.remove(completion.ticket());
        if (sample == null) {
            return;
        }
        Job job = sample.job();
        job.done[sample.index()] = SampledTrajectory.of(job.request, sample.index(), completion, workerId);
        if (--job.missing == 0) {
            jobs.remove(job.ticket);
            finished.add(job.finished());
        }
    }

    private void closeWeights() {
        if (weights != null) {
            weights.close();
            weights = null;
        }
    }
}
