// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Puts what Kafka clients measure of themselves into a registry, under Micrometer's names. What it returns takes the
 * metrics of its client out again when it is closed. Thread-safe.
 *
 * @param registry where to
 * @param scheduler looks from time to time which metrics a client has, since those of partitions come late
 */
record ClientMetrics(MeterRegistry registry, ScheduledExecutorService scheduler) {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    KafkaClientMetrics of(Consumer<?, ?> consumer) {
        return bound(new KafkaClientMetrics(consumer, List.of(), scheduler, BETWEEN_LOOKS));
    }

    KafkaClientMetrics of(Producer<?, ?> producer) {
        return bound(new KafkaClientMetrics(producer, List.of(), scheduler, BETWEEN_LOOKS));
    }

    private KafkaClientMetrics bound(KafkaClientMetrics metrics) {
        metrics.bindTo(registry);
        return metrics;
    }
}
