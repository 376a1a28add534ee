// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.service.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLetterLogTest {

    private static final String TOPIC = "sum.trajectories.dead-letter";

    private final Map<String, DeadLetter> letters = new LinkedHashMap<>();

    @Test
    void aLetterSaysWhereFromAndWhyAndIsOpen() {
        take(0, letter());

        assertThat(letters.values()).singleElement().satisfies(letter -> {
            assertThat(letter.address()).hasToString("trajectories:0@0");
            assertThat(letter.topic()).isEqualTo("sum.trajectories");
            assertThat(letter.partition()).isEqualTo(3);
            assertThat(letter.offset()).isEqualTo(42);
            assertThat(letter.cause()).isEqualTo("not Avro");
            assertThat(letter.resolution()).isEmpty();
        });
    }

    @Test
    void aResolutionIsNoLetterAndSettlesTheOneThatItNames() {
        take(0, letter());
        take(2, letter());

        take(
                4,
                DeadLetters.resolution(
                        record(2, letter()),
                        Map.of(
                                DeadLetters.ACTION,
                                "redrive",
                                DeadLetters.WRITTEN,
                                "3@57",
                                DeadLetters.NOTE,
                                "mended")));

        assertThat(letters).hasSize(2);
        assertThat(at("0@0").resolution()).isEmpty();
        assertThat(at("0@2").resolution()).contains("redrive to 3@57: mended");
    }

    @Test
    void aResolutionOfALetterThatRetentionTookSettlesNothing() {
        take(9, DeadLetters.resolution(record(2, letter()), Map.of(DeadLetters.ACTION, "drop")));

        assertThat(letters).isEmpty();
    }

    @Test
    void whatHasNoHeadersOfALetterIsShownAsWhatItIs() {
        take(0, new ProducerRecord<>(TOPIC, 0, null, "by hand".getBytes(StandardCharsets.UTF_8)));

        assertThat(at("0@0").cause()).isEqualTo("not a dead letter: it has no header coffey.cause");
        assertThat(at("0@0").partition()).isEqualTo(-1);
    }

    private DeadLetter at(String place) {
        return Objects.requireNonNull(letters.get(place));
    }

    private void take(long offset, ProducerRecord<byte[], byte[]> record) {
        DeadLetterLog.take("trajectories", record(offset, record), letters);
    }

    private static ProducerRecord<byte[], byte[]> letter() {
        return DeadLetters.of(
                new ConsumerRecord<>("sum.trajectories", 3, 42, new byte[] {1}, new byte[] {2}), TOPIC, "not Avro", 1);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, ProducerRecord<byte[], byte[]> written) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(written.topic(), 0, offset, written.key(), written.value());
        written.headers().forEach(header -> record.headers().add(header));
        return record;
    }
}
