// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {

    @Test
    void keepsTheSourceAndSaysWhereFromAndWhy() {
        ConsumerRecord<byte[], byte[]> source =
                new ConsumerRecord<>("run.trajectories", 3, 42, new byte[] {1}, new byte[] {2, 3});
        source.headers().add("coffey.request", "9".getBytes(StandardCharsets.UTF_8));

        ProducerRecord<byte[], byte[]> letter =
                DeadLetters.of(source, "run.trajectories.dead-letter", "not Avro: found 0xFF", 1);

        assertThat(letter.topic()).isEqualTo("run.trajectories.dead-letter");
        assertThat(letter.key()).containsExactly(1);
        assertThat(letter.value()).containsExactly(2, 3);
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : letter.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        assertThat(headers)
                .isEqualTo(Map.of(
                        "coffey.request", "9",
                        "coffey.topic", "run.trajectories",
                        "coffey.partition", "3",
                        "coffey.offset", "42",
                        "coffey.cause", "not Avro: found 0xFF",
                        "coffey.attempt", "1"));
    }

    @Test
    void givesTheSourceBackAsItWas() {
        ConsumerRecord<byte[], byte[]> source =
                new ConsumerRecord<>("run.trajectories", 3, 42, new byte[] {1}, new byte[] {2, 3});
        source.headers().add("coffey.request", "9".getBytes(StandardCharsets.UTF_8));

        ProducerRecord<byte[], byte[]> again =
                DeadLetters.source(read(DeadLetters.of(source, "run.trajectories.dead-letter", "why", 1)), "run.t", 3);

        assertThat(again.topic()).isEqualTo("run.t");
        assertThat(again.partition()).isEqualTo(3);
        assertThat(again.key()).containsExactly(1);
        assertThat(again.value()).containsExactly(2, 3);
        assertThat(again.headers().toArray()).extracting(Header::key).containsExactly("coffey.request");
    }

    @Test
    void saysWithoutAValueWhichLetterWasDealtWithAndHow() {
        ConsumerRecord<byte[], byte[]> letter =
                new ConsumerRecord<>("run.trajectories.dead-letter", 0, 7, new byte[] {1}, new byte[] {2, 3});

        ProducerRecord<byte[], byte[]> resolution =
                DeadLetters.resolution(letter, Map.of(DeadLetters.ACTION, "drop", DeadLetters.NOTE, "a test"));

        assertThat(resolution.topic()).isEqualTo("run.trajectories.dead-letter");
        assertThat(resolution.partition()).isZero();
        assertThat(resolution.value()).isNull();
        assertThat(resolution.headers().lastHeader("coffey.resolves").value())
                .asString()
                .isEqualTo("0@7");
        assertThat(resolution.headers().lastHeader("coffey.action").value())
                .asString()
                .isEqualTo("drop");
    }

    private static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> written) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(written.topic(), 0, 0, written.key(), written.value());
        written.headers().forEach(header -> record.headers().add(header));
        return record;
    }

    void areToldFromOtherRecordsByTheirCause() {
        ConsumerRecord<byte[], byte[]> source =
                new ConsumerRecord<>("run.trajectories", 3, 42, new byte[] {1}, new byte[] {2, 3});
        ProducerRecord<byte[], byte[]> letter = DeadLetters.of(source, "run.trajectories.dead-letter", "torn", 1);
        ProducerRecord<byte[], byte[]> other = new ProducerRecord<>("run.scored-trajectories", new byte[] {4});

        assertThat(DeadLetters.among(List.of(letter, other, letter))).isEqualTo(2);
        assertThat(DeadLetters.among(List.of(other))).isZero();
    }
}
