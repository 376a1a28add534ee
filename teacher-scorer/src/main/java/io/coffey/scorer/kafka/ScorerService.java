// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.scorer.ScorerSection;
import io.coffey.scorer.teacher.Teacher;
import io.coffey.service.Health;
import io.coffey.service.KafkaClients;
import io.coffey.service.Service;
import io.coffey.service.TransactionalOutput;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaTopic;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads trajectories, has them scored in micro-batches, and writes the scores: each micro-batch and its consumed
 * offsets are one transaction. Scorers of a run share its trajectories as one consumer group.
 */
public final class ScorerService implements Service {

    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration SCHEMA_TIMEOUT = Duration.ofSeconds(30);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final TransactionalOutput output;
    private final String source;
    private final Teacher teacher;
    private final Answers answers;
    private final Inbox inbox;
    private final int tokenBudget;
    private final Duration maxBatchDelay;
    private final Health health = new Health(Clock.systemUTC());
    private volatile boolean stopping;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /**
     * The scorer of a run.
     *
     * @param runId run it works for
     * @param topics the run's topics, which exist
     * @param teacher scores; closed at the end of {@link #run}
     */
    public ScorerService(
            String runId, Topics topics, KafkaClients clients, Codecs codecs, ScorerSection settings, Teacher teacher) {
        this(
                runId,
                topics,
                () -> clients.groupConsumer(runId + ".scorer", runId + ".scorer." + settings.workerId()),
                () -> clients.transactionalProducer(runId + ".scorer." + settings.workerId()),
                codecs,
                settings,
                teacher);
    }

    /** The scorer of a run whose topics exist and are named after it, in a process of its own. */
    public static ScorerService of(String runId, KafkaClients clients, ScorerSection settings, Teacher teacher) {
        Topics topics = new Topics(runId);
        clients.requireTopics(List.of(topics.trajectories(), topics.scoredTrajectories()), SCHEMA_TIMEOUT);
        String clientId = runId + ".scorer." + settings.workerId() + ".schemas";
        SchemaTopic schemas = new SchemaTopic(() -> clients.assignedConsumer(clientId), topics, SCHEMA_TIMEOUT);
        return new ScorerService(runId, topics, clients, new Codecs(schemas), settings, teacher);
    }

    ScorerService(
            String runId,
            Topics topics,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            Codecs codecs,
            ScorerSection settings,
            Teacher teacher) {
        this.consumers = consumers;
        this.output = new TransactionalOutput(producers);
        this.source = topics.trajectories();
        this.teacher = teacher;
        this.answers = new Answers(runId, topics, new StreamRecords(topics, codecs), teacher);
        this.inbox = new Inbox(codecs.trajectories());
        this.tokenBudget = settings.tokenBudget();
        this.maxBatchDelay = settings.maxBatchDelay();
    }

    @Override
    public String name() {
        return "scorer";
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public void stop() {
        stopping = true;
        Consumer<byte[], byte[]> waiting = consumer;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    @Override
    public void run() {
        try (teacher;
                output;
                Consumer<byte[], byte[]> reader = consumers.get()) {
            consumer = reader;
            output.open();
            reader.subscribe(List.of(source), new Handover());
            health.running();
            while (!stopping) {
                gather(reader);
                answer(reader);
            }
        } catch (WakeupException e) {
            if (!stopping) {
                throw e;
            }
        } finally {
            consumer = null;
        }
    }

    /** Takes what is there, and waits a little for more where the budget allows more. */
    private void gather(Consumer<byte[], byte[]> reader) {
        if (inbox.tokens() >= tokenBudget) {
            return;
        }
        inbox.add(reader.poll(inbox.isEmpty() ? IDLE : Duration.ZERO));
        long deadline = System.nanoTime() + maxBatchDelay.toNanos();
        long left = maxBatchDelay.toNanos();
        while (left > 0 && !inbox.isEmpty() && inbox.tokens() < tokenBudget) {
            inbox.add(reader.poll(Duration.ofNanos(left)));
            left = deadline - System.nanoTime();
        }
    }

    private void answer(Consumer<byte[], byte[]> reader) {
        List<Arrival> batch = inbox.take(tokenBudget);
        if (batch.isEmpty()) {
            return;
        }
        if (output.commit(reader, inbox.offsetsAfter(batch), answers.to(batch))) {
            health.progress(batch.size());
        } else {
            inbox.clear();
        }
    }

    /** Drops what was read of partitions that go to another scorer, which reads it again. */
    private final class Handover implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            inbox.forget(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    }
}
