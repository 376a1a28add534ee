// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A producer whose metrics are served as long as it is open. */
final class MeasuredProducer extends KafkaProducer<byte[], byte[]> {

    private final @Nullable KafkaClientMetrics served;

    /** @param metrics serves them; null for nobody */
    MeasuredProducer(Map<String, Object> settings, @Nullable ClientMetrics metrics) {
        super(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.served = metrics == null ? null : metrics.of(this);
    }

    /** Kafka's own {@code close()} comes here, too. */
    @Override
    public void close(Duration timeout) {
        if (served != null) {
            served.close();
        }
        super.close(timeout);
    }
}
