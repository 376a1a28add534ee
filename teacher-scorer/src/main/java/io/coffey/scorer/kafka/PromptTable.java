// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.stream.RecordCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The run's prompts by id: the compacted topic as a global table, which every scorer has whole and in memory, whatever
 * trajectories it is given. The scorer's loop asks it; nothing is joined record by record, so that no trajectory is
 * dropped which comes before its prompt. A table that has failed throws {@code InvalidStateStoreException}.
 */
final class PromptTable implements Prompts {

    /** The store that the topology keeps. */
    static final String STORE = "prompts";

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Topology topology;
    private final Map<String, Object> settings;
    private final RecordCodec<Prompt> codec;
    private final Optional<MeterRegistry> registry;
    private @Nullable KafkaStreams streams;
    private @Nullable KafkaStreamsMetrics metrics;
    private @Nullable ReadOnlyKeyValueStore<String, byte[]> store;

    /**
     * A table, not open yet.
     *
     * @param topic the topic of prompts
     * @param settings of the Kafka Streams application
     * @param registry where the application's metrics go; empty for nowhere
     */
    PromptTable(
            String topic, Map<String, Object> settings, RecordCodec<Prompt> codec, Optional<MeterRegistry> registry) {
        this.topology = topology(topic);
        this.settings = Map.copyOf(settings);
        this.codec = codec;
        this.registry = registry;
    }

    /** The newest value of every key of a topic, in the store {@value #STORE}. */
    static Topology topology(String topic) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.globalTable(
                topic,
                Consumed.with(Serdes.String(), Serdes.ByteArray()),
                Materialized.as(Stores.inMemoryKeyValueStore(STORE)));
        return builder.build();
    }

    @Override
    public void open() {
        Properties properties = new Properties();
        properties.putAll(settings);
        KafkaStreams opened = new KafkaStreams(topology, properties);
        streams = opened;
        registry.ifPresent(served -> {
            KafkaStreamsMetrics bound = new KafkaStreamsMetrics(opened);
            bound.bindTo(served);
            metrics = bound;
        });
        opened.start(); // returns when the table has caught up
        store = opened.store(StoreQueryParameters.fromNameAndType(STORE, QueryableStoreTypes.keyValueStore()));
    }

    @Override
    public boolean has(String id) {
        return opened().get(id) != null;
    }

    @Override
    public Optional<Prompt> find(String id) {
        return Optional.ofNullable(opened().get(id)).map(codec::decode);
    }

    private ReadOnlyKeyValueStore<String, byte[]> opened() {
        if (store == null) {
            throw new IllegalStateException("the table of prompts is not open");
        }
        return store;
    }

    @Override
    public void close() {
        if (metrics != null) {
            metrics.close();
        }
        if (streams != null) {
            streams.close(CLOSE_LIMIT);
        }
    }
}
