// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.cli.broker.BrokerException;
import io.coffey.cli.broker.LocalBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerIT {

    private static final String TOPIC = "kept";

    /** So many that their markers are still being written when the commit has been answered. */
    private static final int PARTITIONS = 100;

    @Test
    void keepsWhatWasCommittedAndItsAddressWhenKilledAtTheCommitAndStartedAgain(@TempDir Path directory)
            throws Exception {
        try (LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(directory))) {
            broker.start();
            String address = broker.bootstrapServers();
            long firstPid = broker.pid();

            commit(address, "before the kill", broker::kill);
            broker.start();

            assertThat(broker.pid()).isNotEqualTo(firstPid);
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(readCommitted(address)).hasSize(PARTITIONS).containsOnly("before the kill");
        }
    }

    @Test
    void takesOverABrokerThatItsOwnerLeftBehind(@TempDir Path directory) {
        LocalBroker owner = new LocalBroker(LocalBroker.Settings.in(directory));
        owner.start();

        try (LocalBroker heir = new LocalBroker(LocalBroker.Settings.in(directory))) {
            heir.start();

            assertThat(heir.pid()).isEqualTo(owner.pid());
        }
        assertThat(owner.isRunning()).isFalse();
    }

    @Test
    void replacesAnOrphanWhoseSettingsAreOthers(@TempDir Path directory) {
        LocalBroker owner = new LocalBroker(LocalBroker.Settings.in(directory));
        owner.start();
        long orphan = owner.pid();

        try (LocalBroker heir =
                new LocalBroker(new LocalBroker.Settings(directory, 0, Map.of("log.retention.ms", "600000")))) {
            heir.start();

            assertThat(heir.pid()).isNotEqualTo(orphan);
            assertThat(owner.isRunning()).isFalse();
        }
    }

    @Test
    void doesNotTakeAnotherProcessForItsBroker(@TempDir Path directory) throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try (LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(directory))) {
            Files.writeString(directory.resolve("broker.pid"), stranger.pid() + " 2001-01-01T00:00:00Z\n");

            broker.start();

            assertThat(stranger.isAlive()).isTrue();
            assertThat(broker.pid()).isNotEqualTo(stranger.pid());
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void saysWhyItDidNotStartAndWhereItsLogIs(@TempDir Path directory) {
        LocalBroker broker =
                new LocalBroker(new LocalBroker.Settings(directory, 0, Map.of("log.segment.bytes", "many")));

        assertThatThrownBy(broker::start)
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("ended while starting")
                .hasMessageContaining("log.segment.bytes")
                .hasMessageContaining(directory.resolve("broker.log").toString());
        assertThat(broker.isRunning()).isFalse();
    }

    @Test
    void runsBesideOthers(@TempDir Path first, @TempDir Path second) {
        try (LocalBroker one = new LocalBroker(LocalBroker.Settings.in(first));
                LocalBroker other = new LocalBroker(LocalBroker.Settings.in(second))) {
            one.start();
            other.start();

            assertThat(one.bootstrapServers()).isNotEqualTo(other.bootstrapServers());
            assertThat(one.isRunning() && other.isRunning()).isTrue();
        }
    }

    /** Writes the value to every partition, and acts as soon as the commit has been answered. */
    private static void commit(String address, String value, Runnable whenAnswered) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", address, "transactional.id", "keeper");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                sent.add(producer.send(new ProducerRecord<>(TOPIC, partition, null, value)));
            }
            for (Future<RecordMetadata> record : sent) {
                record.get(30, TimeUnit.SECONDS);
            }
            producer.commitTransaction();
            whenAnswered.run();
        }
    }

    private static List<String> readCommitted(String address) {
        Map<String, Object> settings = Map.of("bootstrap.servers", address, "isolation.level", "read_committed");
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                .toList();
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.size() < PARTITIONS && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
