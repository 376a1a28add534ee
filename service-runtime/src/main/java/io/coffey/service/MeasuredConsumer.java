// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A consumer whose metrics are served as long as it is open. */
final class MeasuredConsumer extends KafkaConsumer<byte[], byte[]> {

    private final @Nullable KafkaClientMetrics served;

    /** @param metrics serves them; null for nobody */
    MeasuredConsumer(Map<String, Object> settings, @Nullable ClientMetrics metrics) {
        super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.served = metrics == null ? null : metrics.of(this);
    }

    @Override
    public void close() {
        if (served != null) {
            served.close();
        }
        super.close();
    }

    @Override
    public void close(CloseOptions options) {
        if (served != null) {
            served.close();
        }
        super.close(options);
    }
}
