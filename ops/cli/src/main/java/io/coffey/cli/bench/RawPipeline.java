// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.cli.bench.StreamSample.Item;
import io.coffey.service.KafkaClients;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The loop of a run with nothing in it but Kafka clients: three threads that read, and write bytes of a sample in the
 * same transactions, with the clients' settings of a run. No record is decoded, made or checked; the limit for a run on
 * the same broker.
 */
final class RawPipeline {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TOPICS_LIMIT = Duration.ofSeconds(60);

    private final KafkaClients clients;
    private final Topics topics;
    private final StreamSample sample;
    private final int batch;
    private final int inFlight;
    private final int steps;
    private volatile boolean done;

    /**
     * A pipeline on topics of its own, which it makes.
     *
     * @param batch records of a step
     * @param inFlight requests written before the first answer is read
     * @param steps how many to take
     */
    RawPipeline(KafkaClients clients, Topics topics, StreamSample sample, int batch, int inFlight, int steps) {
        this.clients = clients;
        this.topics = topics;
        this.sample = sample;
        this.batch = batch;
        this.inFlight = inFlight;
        this.steps = steps;
    }

    /**
     * Runs it once.
     *
     * @return nanoseconds at which each step was committed
     */
    long[] run(TopicSettings settings) throws InterruptedException {
        try (Admin admin = clients.admin()) {
            TopicProvisioner.apply(admin, TopicCatalogue.of(topics, settings), TOPICS_LIMIT);
        }
        long[] commits = new long[steps];
        ExecutorService threads = Executors.newFixedThreadPool(3);
        ExecutorCompletionService<Void> loops = new ExecutorCompletionService<>(threads);
        loops.submit(this::sample, null);
        loops.submit(
                () -> answer(
                        topics.trajectories(), topics.scoredTrajectories(), sample.scored(), "scorer", count -> {}),
                null);
        loops.submit(() -> train(commits), null);
        try {
            for (int ended = 0; ended < 3; ended++) {
                loops.take().get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("raw clients failed: " + e.getCause(), e.getCause());
        } catch (CancellationException e) {
            throw new IllegalStateException("raw clients were cancelled", e);
        } finally {
            done = true;
            threads.shutdownNow();
        }
        return commits;
    }

    /** Answers every record with one of the sample, under its key, until the last step. */
    private void answer(String from, String to, List<Item> answers, String role, IntConsumer before) {
        String id = topics.prefix() + "." + role;
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer(id);
                Consumer<byte[], byte[]> consumer = clients.groupConsumer(id, id)) {
            producer.initTransactions();
            consumer.subscribe(List.of(from));
            int next = 0;
            while (!done) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (records.isEmpty()) {
                    continue;
                }
                before.accept(next + records.count());
                producer.beginTransaction();
                for (var record : records) {
                    Item answer = answers.get(next++ % answers.size());
                    send(producer, to, new Item(record.key(), answer.value(), answer.headers()));
                }
                producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
                producer.commitTransaction();
            }
        }
    }

    private void sample() {
        try (Consumer<byte[], byte[]> weights = clients.assignedConsumer(topics.prefix() + ".rollout.policy")) {
            List<TopicPartition> partitions = List.of(
                    new TopicPartition(topics.policyVersions(), 0), new TopicPartition(topics.policyWeights(), 0));
            weights.assign(partitions);
            weights.seekToBeginning(partitions);
            Awaited awaited = new Awaited(weights);
            answer(
                    topics.rolloutRequests(),
                    topics.trajectories(),
                    sample.trajectories(),
                    "rollout",
                    requests -> awaited.chunks(sample.weights().size() * versionsBefore(requests)));
        }
    }

    /**
     * Versions that have been written when so many requests have: one to open, and one with the requests of each step.
     */
    private int versionsBefore(int requests) {
        return 1 + Math.max(0, (requests - inFlight + batch - 1) / batch);
    }

    /** Reads weights up to those that requests were written with, for no sample begins without them. */
    private final class Awaited {

        private final Consumer<byte[], byte[]> weights;
        private int read;

        Awaited(Consumer<byte[], byte[]> weights) {
            this.weights = weights;
        }

        void chunks(int count) {
            while (read < count && !done) {
                for (var record : weights.poll(POLL)) {
                    read += record.topic().equals(topics.policyWeights()) ? 1 : 0;
                }
            }
        }
    }

    /** Writes a step whenever a batch has come, and with it the next requests. */
    private void train(long[] commits) {
        String id = topics.prefix() + ".trainer";
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer(id);
                Consumer<byte[], byte[]> consumer = clients.assignedConsumer(id, id)) {
            producer.initTransactions();
            List<TopicPartition> partitions = consumer.partitionsFor(topics.scoredTrajectories()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            commit(producer, consumer, offsets, inFlight);
            int waiting = 0;
            int step = 0;
            while (step < steps) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                waiting += records.count();
                offsets.putAll(records.nextOffsets());
                while (waiting >= batch && step < steps) {
                    commit(producer, consumer, offsets, batch);
                    commits[step++] = System.nanoTime();
                    waiting -= batch;
                }
            }
        } finally {
            done = true;
        }
    }

    private void commit(
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            int requests) {
        producer.beginTransaction();
        sample.weights().forEach(chunk -> send(producer, topics.policyWeights(), chunk));
        send(producer, topics.policyVersions(), sample.version());
        for (int i = 0; i < requests; i++) {
            send(
                    producer,
                    topics.rolloutRequests(),
                    sample.requests().get(i % sample.requests().size()));
        }
        send(producer, topics.trainingSteps(), sample.line());
        if (!offsets.isEmpty()) {
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        }
        producer.commitTransaction();
    }

    /** The commit throws what a send fails with. */
    private static void send(Producer<byte[], byte[]> producer, String topic, Item item) {
        Future<RecordMetadata> unused =
                producer.send(new ProducerRecord<>(topic, null, item.key(), item.value(), item.headers()));
    }
}
