// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaClientsTest {

    private static final String NOBODY = "127.0.0.1:1";

    @Test
    void namesTheBrokersThatDoNotAnswerInBoundedTime() {
        KafkaClients clients = new KafkaClients(NOBODY, Map.of());
        long begin = System.nanoTime();

        assertThatThrownBy(() -> clients.requireBroker(Duration.ofSeconds(2)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("no Kafka broker answers at 127.0.0.1:1 within 2 s")
                .extracting(failure -> ((UserException) failure).exitCode())
                .isEqualTo(ExitCode.BROKER);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void saysWhichPropertyKafkaRefuses() {
        KafkaClients clients = new KafkaClients(NOBODY, Map.of("fetch.min.bytes", "many"));

        assertThatThrownBy(() -> clients.groupConsumer("g", "c"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("fetch.min.bytes")
                .extracting(failure -> ((UserException) failure).exitCode())
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThatThrownBy(() -> new KafkaClients("no.such.host.invalid:1", Map.of()).admin())
                .isInstanceOf(UserException.class)
                .extracting(failure -> ((UserException) failure).exitCode())
                .isEqualTo(ExitCode.BROKER);
    }

    @Test
    void asksForTheBrokersWhenTheRunFileNamesNone() {
        KafkaSection none = new KafkaSection() {
            @Override
            public boolean local() {
                return true;
            }

            @Override
            public Optional<String> bootstrapServers() {
                return Optional.empty();
            }

            @Override
            public Map<String, String> properties() {
                return Map.of();
            }
        };

        assertThatThrownBy(() -> KafkaClients.of(none)).hasMessageStartingWith("kafka.bootstrapServers: missing");
    }

    @Test
    void letsNoPropertyUndoWhatExactlyOnceNeeds() {
        Map<String, String> harmful = Map.of("enable.auto.commit", "true", "acks", "0", "group.protocol", "classic");
        KafkaClients clients = new KafkaClients(NOBODY, harmful);

        try (Consumer<byte[], byte[]> consumer = clients.groupConsumer("g", "c")) {
            assertThat(consumer.groupMetadata().groupId()).isEqualTo("g");
        }
        clients.transactionalProducer("t").close(Duration.ZERO);
    }

    @Test
    void givesStreamsTheUsersSecurityAndTheRunsGuarantees() {
        Map<String, String> properties = Map.of(
                "security.protocol", "SASL_SSL", "application.id", "other", "processing.guarantee", "at_least_once");

        assertThat(new KafkaClients(NOBODY, properties).streams("run.context"))
                .containsEntry("bootstrap.servers", NOBODY)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("application.id", "run.context")
                .containsEntry("processing.guarantee", "exactly_once_v2");
    }

    @Test
    void readsSecretsWithKafkasOwnProvidersFromFilesAndTheEnvironment(@TempDir Path directory) throws Exception {
        Path secrets = Files.writeString(directory.resolve("kafka.properties"), "broker=no.such.host.invalid:1\n");
        Map<String, String> properties = Map.of(
                "config.providers",
                "file",
                "config.providers.file.class",
                "org.apache.kafka.common.config.provider.FileConfigProvider",
                "config.providers.file.param.allowed.paths",
                directory.toString(),
                "max.block.ms",
                "${file:" + secrets + ":broker}");

        assertThatThrownBy(() -> new KafkaClients(NOBODY, properties).producer("p"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("max.block.ms")
                .hasMessageContaining("no.such.host.invalid:1");
    }

    @Test
    void refusesAnyOtherProvider() {
        Map<String, String> properties =
                Map.of("config.providers", "other", "config.providers.other.class", "com.example.Provider");

        assertThatThrownBy(() -> new KafkaClients(NOBODY, properties).producer("p"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("com.example.Provider")
                .hasMessageContaining("automatic.config.providers")
                .extracting(failure -> ((UserException) failure).exitCode())
                .isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    void saysInOneLineWhyNoClientCanBeMade() {
        Map<String, String> properties = Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config", "canary-hunter2");

        assertThatThrownBy(() -> new KafkaClients(NOBODY, properties).admin())
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("kafka.properties: no Kafka client can be made of them: ")
                .hasMessageNotContaining("canary")
                .extracting(failure -> ((UserException) failure).exitCode())
                .isEqualTo(ExitCode.CONFIGURATION);
    }
}
