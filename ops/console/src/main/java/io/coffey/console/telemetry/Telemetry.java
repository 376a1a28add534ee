// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

import io.coffey.service.KafkaClients;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The telemetry of a run on a thread of its own: reads the ledger and the evaluations from their beginning and keeps
 * up. What goes wrong is said and tried again, and stops nobody. Safe for use by several threads.
 */
public final class Telemetry implements Curves, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** People look at curves: once a second is often enough, and costs a run less than every step by itself. */
    private static final Map<String, Object> UNHURRIED = Map.of(
            StreamsConfig.globalConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG),
            1 << 20,
            StreamsConfig.globalConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
            1000,
            StreamsConfig.POLL_MS_CONFIG,
            1000L,
            StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
            10_000L);

    private final Topics topics;
    private final Codecs codecs;
    private final Map<String, Object> settings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable KafkaStreams opened;
    private volatile @Nullable KafkaStreams running;
    private volatile @Nullable String problem;

    private Telemetry(Topics topics, Codecs codecs, Map<String, Object> settings) {
        this.topics = topics;
        this.codecs = codecs;
        this.settings = settings;
        this.thread = new Thread(this::live, "console-telemetry");
        thread.setDaemon(true);
    }

    /** Begins to read. */
    public static Telemetry start(KafkaClients clients, Topics topics, Codecs codecs) {
        Map<String, Object> settings = new HashMap<>(clients.streams(topics.prefix() + ".console"));
        settings.putAll(UNHURRIED);
        Telemetry telemetry = new Telemetry(topics, codecs, settings);
        telemetry.thread.start();
        return telemetry;
    }

    @Override
    public boolean caughtUp() {
        return running != null;
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public List<Bucket> steps() {
        return all(TelemetryTopology.STEPS);
    }

    @Override
    public List<Bucket> evaluations() {
        return all(TelemetryTopology.EVALUATIONS);
    }

    private List<Bucket> all(String name) {
        List<Bucket> buckets = new ArrayList<>();
        KafkaStreams streams = running;
        if (streams == null) {
            return buckets;
        }
        try {
            ReadOnlyKeyValueStore<Long, Bucket> store =
                    streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
            try (KeyValueIterator<Long, Bucket> entries = store.all()) {
                entries.forEachRemaining(entry -> buckets.add(entry.value));
            }
            return buckets;
        } catch (InvalidStateStoreException ended) {
            return List.of(); // between two tries
        }
    }

    private void live() {
        try {
            do {
                once();
            } while (!closing.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void once() throws InterruptedException {
        Properties properties = new Properties();
        properties.putAll(settings);
        CountDownLatch over = new CountDownLatch(1);
        KafkaStreams streams = null;
        try {
            streams = new KafkaStreams(TelemetryTopology.of(topics, codecs), properties);
            streams.setUncaughtExceptionHandler(e -> {
                failed(e);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.setStateListener((now, before) -> {
                if (now.hasCompletedShutdown()) {
                    over.countDown();
                }
            });
            opened = streams;
            if (closing.getCount() > 0) {
                streams.start(); // returns when the stores have caught up
                problem = null;
                running = streams;
                over.await();
            }
        } catch (KafkaException e) {
            failed(e);
        } finally {
            running = null;
            if (streams != null) {
                streams.close(CLOSE_LIMIT);
            }
        }
    }

    private void failed(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = String.valueOf(root.getMessage());
        if (!text.equals(problem)) {
            LOG.atWarn().addKeyValue("cause", text).log("the console's telemetry stopped and will be tried again");
        }
        problem = text;
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaStreams streams = opened;
        if (streams != null) {
            streams.close(CLOSE_LIMIT);
        }
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
