// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.KafkaClients;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.junit.jupiter.api.Test;

/** What a worker whose clock is wrong writes is taken, and kept as long as everybody's. */
class WrongClockIT extends OnOneBroker {

    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void recordsOfAClockThatIsAheadOrBehindAreTakenAndDatedByTheBrokerWhereTimeDeletes() throws Exception {
        Topics topics = new Topics("clocks");
        List<TopicSpec> specs = new ArrayList<>(TopicCatalogue.of(topics, TopicSettings.of(1, 1)));
        specs.add(new TopicSpec("plain", 1, (short) 1, Map.of()));
        try (Admin admin = new KafkaClients(broker.bootstrapServers(), Map.of()).admin()) {
            TopicProvisioner.apply(admin, specs, Duration.ofSeconds(30));
        }
        Observer observer = new Observer(broker.bootstrapServers(), "clocks");
        Instant now = Instant.now();
        List<Instant> clocks = List.of(Instant.EPOCH, now.minus(DAY), now.plus(DAY));

        for (String topic : List.of(topics.trajectories(), topics.rolloutRequests())) {
            for (Instant clock : clocks) {
                observer.write(at(clock, topic));
            }
        }

        assertThat(observer.read(topics.trajectories()))
                .extracting(record -> Instant.ofEpochMilli(record.timestamp()))
                .containsExactlyElementsOf(clocks.stream()
                        .map(clock -> Instant.ofEpochMilli(clock.toEpochMilli()))
                        .toList());
        assertThat(observer.read(topics.rolloutRequests()))
                .hasSize(3)
                .allSatisfy(record -> assertThat(Instant.ofEpochMilli(record.timestamp()))
                        .isBetween(now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1))));
        assertThatThrownBy(() -> observer.write(at(now.plus(DAY), "plain")))
                .as("a topic that was not made for it")
                .hasCauseInstanceOf(InvalidTimestampException.class);
    }

    private static ProducerRecord<byte[], byte[]> at(Instant clock, String topic) {
        return new ProducerRecord<>(topic, 0, clock.toEpochMilli(), new byte[] {1}, new byte[] {2});
    }
}
