// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.ScorerJob;
import io.coffey.scorer.ScorerMetrics;
import io.coffey.scorer.ScorerProgress;
import io.coffey.scorer.ScorerSection;
import io.coffey.scorer.TeacherChoice;
import io.coffey.scorer.TeacherSection;
import io.coffey.scorer.teacher.AveragedWeights;
import io.coffey.scorer.teacher.FollowingTeacher;
import io.coffey.scorer.teacher.LocalTeacher;
import io.coffey.scorer.teacher.PublishedWeights;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.Teacher;
import io.coffey.service.Attempts;
import io.coffey.service.DeadLetters;
import io.coffey.service.Health;
import io.coffey.service.KafkaClients;
import io.coffey.service.MetricsEndpoint;
import io.coffey.service.Service;
import io.coffey.service.TransactionalOutput;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaTopic;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads trajectories, has them scored in micro-batches, and writes the scores: each micro-batch and its consumed
 * offsets are one transaction. Scorers of a run share its trajectories as one consumer group.
 */
public final class ScorerService implements Service {

    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();
    private static final Duration SCHEMA_TIMEOUT = Duration.ofSeconds(30);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final TransactionalOutput output;
    private final String source;
    private final Teacher teacher;
    private final Readings readings;
    private final Answers answers;
    private final Inbox inbox;
    private final Attempts attempts;
    private final int tokenBudget;
    private final long maxBatchDelayNanos;
    private final ScorerProgress progress = new ScorerProgress();
    private final Health health = new Health();
    private long lastScoringNanos;
    private volatile boolean stopping;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /**
     * The scorer of a run.
     *
     * @param topics the run's topics, which exist
     * @throws io.coffey.service.UserException if the teacher's model cannot be used
     */
    public ScorerService(ScorerJob job, Topics topics, KafkaClients clients, Codecs codecs) {
        this(job, topics, clients, codecs, teacher(job, topics, clients, codecs));
    }

    /** @param teacher scores in place of the one that the job names; closed with the service */
    public ScorerService(ScorerJob job, Topics topics, KafkaClients clients, Codecs codecs, Teacher teacher) {
        this(
                job.runId(),
                topics,
                () -> clients.groupConsumer(group(job.runId()), clientId(job)),
                () -> clients.transactionalProducer(clientId(job)),
                codecs,
                job.settings(),
                readings(job, topics, clients, codecs),
                teacher);
    }

    /** The scorer of a run whose topics are named after it, in a process of its own that tells how it is doing. */
    public static ScorerService of(ScorerJob job, KafkaClients clients, MetricsEndpoint metrics) {
        Topics topics = new Topics(job.runId());
        clients.requireTopics(
                List.of(topics.prompts(), topics.trajectories(), topics.scoredTrajectories()), SCHEMA_TIMEOUT);
        String readerId = clientId(job) + ".schemas";
        SchemaTopic schemas = new SchemaTopic(() -> clients.assignedConsumer(readerId), topics, SCHEMA_TIMEOUT);
        metrics.followLag(clients, group(job.runId()), topics.trajectories());
        return metrics.watch(new ScorerService(job, topics, clients, new Codecs(schemas)));
    }

    /** The consumer group that the scorers of a run share. */
    public static String group(String runId) {
        return runId + ".scorer";
    }

    ScorerService(
            String runId,
            Topics topics,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            Codecs codecs,
            ScorerSection settings,
            Readings readings,
            Teacher teacher) {
        this.consumers = consumers;
        this.output = new TransactionalOutput(producers, health::turned);
        this.source = topics.trajectories();
        this.teacher = teacher;
        this.readings = readings;
        this.answers = new Answers(
                runId, topics, new StreamRecords(topics, codecs), readings, teacher, KafkaClients.MAX_VALUE_BYTES);
        this.inbox = new Inbox(codecs.trajectories());
        this.attempts = new Attempts(settings.attempts());
        this.tokenBudget = settings.tokenBudget();
        this.maxBatchDelayNanos = settings.maxBatchDelay().toNanos();
        this.lastScoringNanos = maxBatchDelayNanos;
    }

    private static String clientId(ScorerJob job) {
        return job.runId() + ".scorer." + job.settings().workerId();
    }

    /** The teacher that a job names. */
    public static Teacher teacher(ScorerJob job, Topics topics, KafkaClients clients, Codecs codecs) {
        TeacherSection.Origin origin = TeacherChoice.origin(job.teacher());
        if (job.needs().pairs() || origin == TeacherSection.Origin.MODEL || origin == TeacherSection.Origin.INITIAL) {
            return LocalTeacher.of(job);
        }
        PublishedWeights live = new FollowedWeights(
                () -> clients.assignedConsumer(clientId(job) + ".policy"), topics, codecs, job.model());
        return new FollowingTeacher(
                job,
                origin == TeacherSection.Origin.EMA
                        ? new AveragedWeights(live, job.teacher().decay())
                        : live);
    }

    private static Readings readings(ScorerJob job, Topics topics, KafkaClients clients, Codecs codecs) {
        Optional<BiFunction<Trajectory, Prompt, Reading>> join = job.join();
        if (join.isEmpty()) {
            return Readings.PLAIN;
        }
        PromptTable prompts = new PromptTable(
                topics.prompts(), clients.streams(clientId(job) + ".context"), codecs.prompts(), clients.registry());
        return new JoinedReadings(prompts, join.get(), job.teacher().context().timeout());
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
    public void measure(MeterRegistry registry) {
        ScorerMetrics.register(progress, registry);
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
                readings;
                output;
                Consumer<byte[], byte[]> reader = consumers.get()) {
            consumer = reader;
            output.open();
            readings.open();
            reader.subscribe(List.of(source), new Handover());
            health.running();
            while (!stopping) {
                health.turned();
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

    /**
     * Takes what is there, and waits a little for more where the budget allows more and scoring takes longer than that.
     */
    private void gather(Consumer<byte[], byte[]> reader) {
        if (inbox.tokens() >= tokenBudget) {
            return;
        }
        inbox.add(reader.poll(inbox.isEmpty() ? IDLE : Duration.ZERO));
        // The clients count in milliseconds: a shorter wait would be a busy one.
        long left = Math.min(maxBatchDelayNanos, lastScoringNanos);
        long deadline = System.nanoTime() + left;
        while (left >= MILLISECOND && !inbox.isEmpty() && inbox.tokens() < tokenBudget) {
            inbox.add(reader.poll(Duration.ofNanos(left)));
            left = deadline - System.nanoTime();
        }
    }

    private void answer(Consumer<byte[], byte[]> reader) {
        attempts.learn(inbox.partitions(), unknown -> output.committed(reader, unknown));
        List<Arrival> batch = (attempts.suspicious() ? inbox.takeOne() : inbox.take(tokenBudget))
                .stream().map(this::orExhausted).toList();
        List<Trajectory> scorable =
                batch.stream().flatMap(arrival -> arrival.scorable().stream()).toList();
        if (batch.isEmpty() || !readings.await(scorable, () -> stopping)) {
            return;
        }
        if (!scorable.isEmpty() && !noted(reader, batch)) {
            inbox.clear();
            return;
        }
        long began = System.nanoTime();
        List<ProducerRecord<byte[], byte[]>> records = answers.to(batch);
        lastScoringNanos = System.nanoTime() - began;
        Map<TopicPartition, OffsetAndMetadata> offsets = attempts.toCommit(inbox.offsetsAfter(batch));
        if (output.commit(reader, offsets, records)) {
            attempts.committed(offsets);
            health.progress(batch.size());
            long deadLetters = DeadLetters.among(records);
            progress.answered(scorable, deadLetters, lastScoringNanos);
        } else {
            inbox.clear();
        }
    }

    private Arrival orExhausted(Arrival arrival) {
        boolean exhausted = attempts.exhausted(arrival.source());
        return exhausted ? arrival.exhausted(attempts.before(arrival.source())) : arrival;
    }

    /** Leaves word of what is about to be scored where that is needed; false where that is not known to be there. */
    private boolean noted(Consumer<byte[], byte[]> reader, List<Arrival> batch) {
        Map<TopicPartition, OffsetAndMetadata> notes =
                attempts.toNote(batch.stream().map(Arrival::source).toList());
        if (!notes.isEmpty() && !output.commit(reader, notes, List.of())) {
            return false;
        }
        attempts.noted(notes);
        return true;
    }

    /** Drops what was read of partitions that go to another scorer, which reads it again. */
    private final class Handover implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            inbox.forget(partitions);
            attempts.forget(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    }
}
