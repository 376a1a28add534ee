// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.dlq;

import com.google.gson.JsonObject;
import io.coffey.service.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that nobody could use, without its value.
 *
 * @param address where it stands
 * @param topic that it was read from; empty when the letter does not say
 * @param partition of that topic; -1 when the letter does not say
 * @param offset in that partition; -1 when the letter does not say
 * @param cause why it was set aside
 * @param bytes size of its value
 * @param millis when it was set aside, since 1970-01-01 UTC
 * @param resolution what was done about it; empty while nothing was
 */
public record DeadLetter(
        LetterAddress address,
        String topic,
        int partition,
        long offset,
        String cause,
        int bytes,
        long millis,
        Optional<String> resolution) {

    static DeadLetter of(LetterAddress address, ConsumerRecord<byte[], byte[]> record) {
        return new DeadLetter(
                address,
                header(record, DeadLetters.TOPIC).orElse(""),
                header(record, DeadLetters.PARTITION)
                        .flatMap(DeadLetter::number)
                        .orElse(-1L)
                        .intValue(),
                header(record, DeadLetters.OFFSET).flatMap(DeadLetter::number).orElse(-1L),
                header(record, DeadLetters.CAUSE).orElse("not a dead letter: it has no header " + DeadLetters.CAUSE),
                Math.max(0, record.serializedValueSize()),
                record.timestamp(),
                Optional.empty());
    }

    /** All of it for machines. */
    public JsonObject json() {
        JsonObject object = new JsonObject();
        object.addProperty("letter", address.toString());
        object.addProperty("topic", topic);
        object.addProperty("partition", partition);
        object.addProperty("offset", offset);
        object.addProperty("cause", cause);
        object.addProperty("bytes", bytes);
        object.addProperty("time", Instant.ofEpochMilli(millis).toString());
        resolution.ifPresent(how -> object.addProperty("resolution", how));
        return object;
    }

    DeadLetter resolved(String how) {
        return new DeadLetter(address, topic, partition, offset, cause, bytes, millis, Optional.of(how));
    }

    static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(header -> header.value())
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,9}|[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
