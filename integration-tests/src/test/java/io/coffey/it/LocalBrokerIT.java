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
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerIT {

    private static final TopicPartition PARTITION = new TopicPartition("kept", 0);

    @Test
    void keepsItsRecordsAndItsAddressWhenKilledAndStartedAgain(@TempDir Path directory) throws Exception {
        try (LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(directory))) {
            broker.start();
            String address = broker.bootstrapServers();
            long firstPid = broker.pid();
            write(address, "before the kill");

            broker.kill();
            broker.start();

            assertThat(broker.pid()).isNotEqualTo(firstPid);
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(read(address)).containsExactly("before the kill");
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

    private static void write(String address, String value) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", address, "transactional.id", "keeper");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(PARTITION.topic(), value)).get(30, TimeUnit.SECONDS);
            producer.commitTransaction();
        }
    }

    private static List<String> read(String address) {
        Map<String, Object> settings = Map.of("bootstrap.servers", address, "isolation.level", "read_committed");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.isEmpty() && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
