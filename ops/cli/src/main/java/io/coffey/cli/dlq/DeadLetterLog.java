// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.dlq;

import io.coffey.service.DeadLetters;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.UserException;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The dead letters of a run. That one was dealt with is a record of its own, in one transaction with what was done: so
 * a letter is redriven once, whoever else tries and whenever the process dies.
 */
public final class DeadLetterLog {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration READ_LIMIT = Duration.ofSeconds(30);
    private static final Duration TOPICS_LIMIT = Duration.ofSeconds(20);

    private final KafkaClients clients;
    private final Topics topics;
    private final Map<String, String> sources = new LinkedHashMap<>();

    public DeadLetterLog(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topics = topics;
        for (String source : List.of(
                topics.prompts(), topics.rolloutRequests(), topics.trajectories(), topics.scoredTrajectories())) {
            sources.put(source.substring(topics.prefix().length() + 1), source);
        }
    }

    /**
     * All letters, by topic and offset.
     *
     * @throws UserException if the broker has no such topics
     */
    public List<DeadLetter> letters() {
        clients.requireTopics(sources.values().stream().map(topics::deadLetter).toList(), TOPICS_LIMIT);
        List<DeadLetter> letters = new ArrayList<>();
        sources.forEach((name, topic) -> letters.addAll(letters(name, topics.deadLetter(topic))));
        return letters;
    }

    private List<DeadLetter> letters(String source, String topic) {
        Map<String, DeadLetter> letters = new LinkedHashMap<>();
        try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("dlq-" + topics.prefix())) {
            TopicReader.readToEnd(consumer, topic, record -> take(source, record, letters));
        }
        return List.copyOf(letters.values());
    }

    static void take(String source, ConsumerRecord<byte[], byte[]> record, Map<String, DeadLetter> letters) {
        Optional<String> resolved = DeadLetter.header(record, DeadLetters.RESOLVES);
        if (resolved.isEmpty()) {
            LetterAddress address = new LetterAddress(source, record.partition(), record.offset());
            letters.put(address.place(), DeadLetter.of(address, record));
            return;
        }
        String how = DeadLetter.header(record, DeadLetters.ACTION).orElse("")
                + DeadLetter.header(record, DeadLetters.WRITTEN)
                        .map(" to %s"::formatted)
                        .orElse("")
                + DeadLetter.header(record, DeadLetters.NOTE)
                        .map(": %s"::formatted)
                        .orElse("");
        letters.computeIfPresent(resolved.get(), (place, letter) -> letter.resolved(how));
    }

    /**
     * The letter itself.
     *
     * @throws UserException if there is none there
     */
    public ConsumerRecord<byte[], byte[]> record(LetterAddress address) {
        TopicPartition partition = new TopicPartition(topics.deadLetter(source(address)), address.partition());
        try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("dlq-" + topics.prefix())) {
            if (address.partition() >= consumer.partitionsFor(partition.topic()).size()) {
                throw none(address);
            }
            consumer.assign(Set.of(partition));
            long beginning = Objects.requireNonNull(
                    consumer.beginningOffsets(Set.of(partition)).get(partition));
            long end = Objects.requireNonNull(
                    consumer.endOffsets(Set.of(partition)).get(partition));
            if (address.offset() < beginning || address.offset() >= end) {
                throw none(address);
            }
            consumer.seek(partition, address.offset());
            long deadline = System.nanoTime() + READ_LIMIT.toNanos();
            while (consumer.position(partition) <= address.offset() && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() == address.offset()
                            && record.headers().lastHeader(DeadLetters.RESOLVES) == null) {
                        return record;
                    }
                }
            }
            throw none(address);
        }
    }

    /** Marks letters as dealt with and does no more; all of them or none. */
    public void drop(List<LetterAddress> addresses, Optional<String> note) {
        resolve(addresses, note, (producer, letter) -> new TreeMap<>(Map.of(DeadLetters.ACTION, "drop")));
    }

    /** Writes the sources of letters to their topics again, as they were; all of them or none. */
    public void redrive(List<LetterAddress> addresses, Optional<String> note) {
        resolve(addresses, note, (producer, letter) -> {
            RecordMetadata written = await(producer.send(source(letter)));
            Map<String, String> headers = new TreeMap<>();
            headers.put(DeadLetters.ACTION, "redrive");
            headers.put(DeadLetters.WRITTEN, "%d@%d".formatted(written.partition(), written.offset()));
            return headers;
        });
    }

    /**
     * Starting the producer ends what another one of this run was at, so nobody else can deal with a letter between the
     * look at it and the end of the transaction.
     */
    private void resolve(
            List<LetterAddress> addresses,
            Optional<String> note,
            BiFunction<Producer<byte[], byte[]>, ConsumerRecord<byte[], byte[]>, Map<String, String>> action) {
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer("dlq-" + topics.prefix())) {
            producer.initTransactions();
            List<DeadLetter> letters = letters();
            Set<LetterAddress> wanted = new LinkedHashSet<>(addresses);
            wanted.forEach(address -> requireOpen(address, letters));
            producer.beginTransaction();
            List<Future<RecordMetadata>> sends = new ArrayList<>();
            for (LetterAddress address : wanted) {
                ConsumerRecord<byte[], byte[]> letter = record(address);
                Map<String, String> headers = action.apply(producer, letter);
                note.ifPresent(text -> headers.put(DeadLetters.NOTE, text));
                sends.add(producer.send(DeadLetters.resolution(letter, headers)));
            }
            producer.flush();
            sends.forEach(DeadLetterLog::await);
            producer.commitTransaction();
        }
    }

    private static void requireOpen(LetterAddress address, List<DeadLetter> letters) {
        DeadLetter letter = letters.stream()
                .filter(candidate -> candidate.address().equals(address))
                .findFirst()
                .orElseThrow(() -> none(address));
        letter.resolution().ifPresent(how -> {
            throw new UserException(ExitCode.DATA, "%s: dealt with already: %s".formatted(address, how));
        });
    }

    /** Back to where it was read from, and nowhere else, whatever the letter's headers say. */
    private ProducerRecord<byte[], byte[]> source(ConsumerRecord<byte[], byte[]> record) {
        String topic = sources.values().stream()
                .filter(source -> topics.deadLetter(source).equals(record.topic()))
                .findFirst()
                .orElseThrow();
        DeadLetter letter = DeadLetter.of(new LetterAddress("", record.partition(), record.offset()), record);
        if (!letter.topic().equals(topic) || letter.partition() < 0) {
            throw new UserException(
                    ExitCode.DATA,
                    "%s partition %d offset %d: the letter is of topic \"%s\", expected %s: it can only be dropped"
                            .formatted(record.topic(), record.partition(), record.offset(), letter.topic(), topic));
        }
        return DeadLetters.source(record, topic, letter.partition());
    }

    private static RecordMetadata await(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause
                    ? cause
                    : new KafkaException("a record was not written", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private String source(LetterAddress address) {
        String topic = sources.get(address.source());
        if (topic == null) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "%s: expected a letter of one of %s".formatted(address, String.join(", ", sources.keySet())));
        }
        return topic;
    }

    private static UserException none(LetterAddress address) {
        return new UserException(
                ExitCode.DATA, "%s: there is no dead letter; coffey dlq list --each names them".formatted(address));
    }
}
