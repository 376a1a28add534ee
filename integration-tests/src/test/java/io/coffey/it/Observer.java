// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.guarantee.Guarantee;
import io.coffey.cli.guarantee.Guarantees;
import io.coffey.cli.guarantee.RunReader;
import io.coffey.cli.guarantee.RunRecords;
import io.coffey.cli.run.RunLog;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.KafkaClients;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicReader;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** Reads what a run wrote to its broker, and writes what no service would. */
final class Observer {

    private static final Duration READ_LIMIT = Duration.ofSeconds(60);

    private final KafkaClients clients;
    private final Topics topics;
    private final Codecs codecs = new Codecs(SchemaSource.none());

    Observer(String bootstrapServers, String run) {
        this.clients = new KafkaClients(bootstrapServers, Map.of());
        this.topics = new Topics(run);
    }

    Topics topics() {
        return topics;
    }

    /** The ledger, from its beginning. */
    List<TrainingStep> ledger() {
        return read(topics.trainingSteps()).stream()
                .map(record -> codecs.trainingSteps().decode(record.value()))
                .toList();
    }

    /** All that the guarantees need. */
    RunRecords records() {
        try (RunReader reader = new RunReader(new RunLog(clients, topics, codecs), "judge")) {
            reader.catchUp(READ_LIMIT);
            return reader.records();
        }
    }

    /** Asserts that the finished run kept every promise that its log can be held to. */
    void holdToGuarantees(long steps) {
        for (Guarantee guarantee : Guarantees.of("a reader afterwards", records(), steps)) {
            assertThat(guarantee.violations()).as(guarantee.name()).isEmpty();
        }
    }

    /** The scored trajectories. */
    List<ScoredTrajectory> scored() {
        return read(topics.scoredTrajectories()).stream()
                .map(record -> codecs.scoredTrajectories().decode(record.value()))
                .toList();
    }

    /** The policy versions that were evaluated, in the order of the log. */
    List<Long> evaluated() {
        return read(topics.evaluations()).stream()
                .map(record -> codecs.evaluations().decode(record.value()).policyVersion())
                .toList();
    }

    /** The announcements of weights that are still there. */
    List<PolicyVersion> versions() {
        return read(topics.policyVersions()).stream()
                .map(record -> codecs.policyVersions().decode(record.value()))
                .toList();
    }

    /** All committed records of a topic. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("observer")) {
            TopicReader.readToEnd(consumer, topic, records::add);
        }
        return records;
    }

    /** Writes bytes that are no record of ours. */
    void write(String topic, String value) throws Exception {
        write(new ProducerRecord<>(
                topic, "intruder".getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes a record. */
    void write(ProducerRecord<byte[], byte[]> record) throws Exception {
        try (Producer<byte[], byte[]> producer = clients.producer("intruder")) {
            producer.send(record).get();
        }
    }

    /** Deletes what is before an offset, as retention does. */
    void deleteBefore(String topic, int partition, long offset) throws Exception {
        try (Admin admin = clients.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }

    /** Deletes a topic and makes one of the same name, which is empty. */
    void makeAnew(String topic, int partitions) throws Exception {
        try (Admin admin = clients.admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            Awaitility.await().until(() -> !admin.listTopics().names().get().contains(topic));
            TopicProvisioner.apply(
                    admin, List.of(new TopicSpec(topic, partitions, (short) 1, Map.of())), Duration.ofSeconds(30));
        }
    }

    /** Writes records and takes them back: their offsets stay taken. */
    void writeAndAbort(String topic, int partition, int records) throws Exception {
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer("undecided")) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1}))
                        .get();
            }
            producer.abortTransaction();
        }
    }

    /** A header's text; empty when there is none. */
    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return record.headers().lastHeader(name) == null
                ? ""
                : new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
