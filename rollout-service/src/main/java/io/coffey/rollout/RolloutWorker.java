// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests as they are read, has them sampled in dispatch order by the weights they ask for, and gives the
 * answers back in the order of the log.
 *
 * <p>Knows nothing of Kafka: a partition is a number, a request's source whatever the shell hands in. Not thread-safe.
 *
 * @param <S> how the shell knows a request
 */
public final class RolloutWorker<S> {

    private static final Logger log = LoggerFactory.getLogger(RolloutWorker.class);

    /** A request on its way: where it was read, and what names it in the engine. */
    private record Work<S>(long ticket, int partition, long offset, S source, RolloutRequest request) {}

    private final RolloutEngine engine;
    private final PublishedWeights weights;
    private final String workerId;
    private final RolloutProgress progress;
    private final CurrentPolicy policy = new CurrentPolicy();
    private final ReorderBuffer<Answer<S>> buffer;
    private final PriorityQueue<Work<S>> queue = new PriorityQueue<>(
            Comparator.<Work<S>>comparingLong(w -> w.request().number()).thenComparingLong(Work::ticket));
    private final Map<Long, Work<S>> inFlight = new HashMap<>();
    private long lastTicket;

    /**
     * @param workerId named in the trajectories that this worker fails
     * @param capacity most requests held at once, answered or not
     */
    public RolloutWorker(
            RolloutEngine engine, PublishedWeights weights, String workerId, int capacity, RolloutProgress progress) {
        this.engine = engine;
        this.weights = weights;
        this.workerId = workerId;
        this.buffer = new ReorderBuffer<>(capacity);
        this.progress = progress;
    }

    /** Notes a published version. */
    public void announced(PolicyVersion version) {
        policy.announced(version);
    }

    /** Takes a request. Requests of a partition come in offset order. */
    public void take(int partition, long offset, S source, RolloutRequest request) {
        buffer.expect(partition, offset);
        queue.add(new Work<>(++lastTicket, partition, offset, source, request));
    }

    /** Takes a record that is no request; its answer waits for its turn in the partition like any other. */
    public void reject(int partition, long offset, Answer<S> answer) {
        buffer.expect(partition, offset);
        buffer.finish(partition, offset, answer);
    }

    /** Notes that the log was read up to this offset. */
    public void readUpTo(int partition, long nextOffset) {
        buffer.readUpTo(partition, nextOffset);
    }

    /**
     * Starts what may start and samples on by one step.
     *
     * @return whether anything was done; if not, nothing will be before the next request or version
     */
    public boolean advance() {
        boolean settled = false;
        while (settleHead()) {
            settled = true;
        }
        boolean sampled = sampling();
        for (Finished finished : engine.advance()) {
            finish(finished);
        }
        progress.load(engine.active(), queue.size());
        return settled || sampled;
    }

    /** Whether requests are being sampled. */
    public boolean sampling() {
        return !inFlight.isEmpty();
    }

    /** Requests read and not started. */
    public int queued() {
        return queue.size();
    }

    /** Requests held, answered or not. */
    public int held() {
        return buffer.size();
    }

    /** Whether {@link #release} would return answers. */
    public boolean releasable() {
        return buffer.releasable();
    }

    /** Takes out the answers whose turn it is. */
    public ReorderBuffer.Released<Answer<S>> release() {
        return buffer.release();
    }

    /** Abandons everything of a partition: another worker redoes it. */
    public void forget(int partition) {
        queue.removeIf(work -> work.partition() == partition);
        inFlight.values().removeIf(work -> {
            boolean abandoned = work.partition() == partition;
            if (abandoned) {
                engine.abandon(work.ticket());
                policy.ended(work.ticket());
            }
            return abandoned;
        });
        buffer.forget(partition);
    }

    /** Abandons everything: it is read again from the last commit. */
    public void forgetAll() {
        for (int partition : new TreeSet<>(buffer.partitions())) {
            forget(partition);
        }
    }

    /** Does the next thing that can be done without sampling; false when nothing can. */
    private boolean settleHead() {
        Work<S> head = queue.peek();
        Decision decision = policy.decide(head == null ? null : head.request());
        if (decision instanceof Decision.Move move) {
            moveTo(move.policy());
            return true;
        }
        if (head == null || decision instanceof Decision.Wait) {
            return false;
        }
        if (decision instanceof Decision.Refuse refusal) {
            queue.remove();
            answer(
                    head,
                    Finished.failed(head.ticket(), head.request(), workerId, refusal.reason())
                            .trajectories());
            return true;
        }
        if (engine.freeSlots() <= 0) {
            return false;
        }
        queue.remove();
        inFlight.put(head.ticket(), head);
        policy.started(head.ticket(), head.request());
        engine.submit(head.ticket(), head.request());
        return true;
    }

    private void moveTo(PolicyVersion target) {
        try {
            engine.use(target, weights.of(target));
        } catch (UnusableWeightsException e) {
            log.atError()
                    .addKeyValue("policyVersion", target.version())
                    .setCause(e)
                    .log("Published weights are not served; the previous version stays in use");
            policy.refused(target.version(), e.reason());
            return;
        }
        policy.serving(target.version());
        progress.serving(target.version());
        log.atDebug().addKeyValue("policyVersion", target.version()).log("New weights");
    }

    private void finish(Finished finished) {
        Work<S> work = inFlight.remove(finished.ticket());
        if (work == null) {
            throw new IllegalStateException("engine answered ticket %d, which is not in flight; in flight are %s"
                    .formatted(finished.ticket(), new TreeSet<>(inFlight.keySet())));
        }
        policy.ended(finished.ticket());
        answer(work, finished.trajectories());
    }

    private void answer(Work<S> work, List<Trajectory> trajectories) {
        trajectories.forEach(trajectory -> progress.finished(trajectory.length(), trajectory.failed()));
        buffer.finish(work.partition(), work.offset(), Answer.of(work.source(), trajectories));
    }
}
