// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.dlq;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.coffey.stream.Codecs;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A dead letter with all that it holds, for people to read. */
public final class LetterContent {

    private static final int SHOWN_BYTES = 64;
    private static final Gson JSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues()
            .create();

    private final Map<String, RecordCodec<?>> codecs;

    public LetterContent(Codecs codecs) {
        this.codecs = Map.of(
                "prompts", codecs.prompts(),
                "rollout-requests", codecs.rolloutRequests(),
                "trajectories", codecs.trajectories(),
                "scored-trajectories", codecs.scoredTrajectories());
    }

    /** Headers and key as text, and the value: the record it is where it can be read, else its first bytes. */
    public String json(LetterAddress address, ConsumerRecord<byte[], byte[]> letter) {
        JsonObject content = new JsonObject();
        content.addProperty("letter", address.toString());
        JsonObject headers = new JsonObject();
        for (Header header : letter.headers()) {
            headers.addProperty(header.key(), text(header.value()));
        }
        content.add("headers", headers);
        content.addProperty("key", text(letter.key()));
        byte[] value = letter.value();
        content.addProperty("bytes", value == null ? -1 : value.length);
        if (value == null) {
            return JSON.toJson(content);
        }
        try {
            RecordCodec<?> codec = codecs.get(address.source());
            JsonElement record = codec == null ? null : JSON.toJsonTree(codec.decode(value));
            content.add("record", record);
        } catch (UndecodableRecordException e) {
            content.addProperty("undecodable", e.getMessage());
            content.addProperty(
                    "firstBytes",
                    HexFormat.ofDelimiter(" ").formatHex(Arrays.copyOf(value, Math.min(value.length, SHOWN_BYTES))));
        }
        return JSON.toJson(content);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
