// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.Stores;

/**
 * The ledger and the evaluations of a run as two global stores of bounded size. Global, so that every console has the
 * whole run, with no consumer group, no topic and no transaction of its own: it only reads.
 */
final class TelemetryTopology {

    /** The store of the ledger's buckets. */
    static final String STEPS = "steps";
    /** The store of the evaluations' buckets. */
    static final String EVALUATIONS = "evaluations";
    /** Points of a curve, at most; more than a screen tells apart. */
    static final int MOST_BUCKETS = 400;

    private TelemetryTopology() {}

    static Topology of(Topics topics, Codecs codecs) {
        StreamsBuilder builder = new StreamsBuilder();
        add(
                builder,
                topics.trainingSteps(),
                STEPS,
                (value, offset, millis) -> Bucket.of(codecs.trainingSteps().decode(value), offset, millis));
        add(
                builder,
                topics.evaluations(),
                EVALUATIONS,
                (value, offset, millis) -> Bucket.of(codecs.evaluations().decode(value), offset, millis));
        return builder.build();
    }

    private static void add(StreamsBuilder builder, String topic, String store, CurveProcessor.Measured measured) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(store), Serdes.Long(), BucketSerde.serde())
                        .withLoggingDisabled(),
                topic,
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()),
                () -> new CurveProcessor(store, MOST_BUCKETS, measured));
    }
}
