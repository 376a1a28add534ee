// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Buckets as bytes of a store in memory; they never leave the process, so the form may change with any build. */
final class BucketSerde {

    private BucketSerde() {}

    static Serde<Bucket> serde() {
        return Serdes.serdeFrom((topic, bucket) -> bytes(bucket), (topic, bytes) -> bucket(bytes));
    }

    private static byte[] bytes(Bucket bucket) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (long number : new long[] {
                bucket.firstStep(),
                bucket.lastStep(),
                bucket.firstOffset(),
                bucket.firstMillis(),
                bucket.lastMillis(),
                bucket.trained(),
                bucket.dropped(),
                bucket.credits(),
                bucket.dispatched(),
                bucket.policyVersion(),
                bucket.metrics().size()
            }) {
                out.writeLong(number);
            }
            for (var metric : bucket.metrics().entrySet()) {
                out.writeUTF(metric.getKey());
                out.writeLong(metric.getValue().count());
                out.writeDouble(metric.getValue().sum());
                out.writeDouble(metric.getValue().min());
                out.writeDouble(metric.getValue().max());
                out.writeDouble(metric.getValue().last());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a stream in memory failed", e);
        }
        return bytes.toByteArray();
    }

    @SuppressWarnings("NullAway") // a store asks for the value of a missing key, too, and expects null
    private static Bucket bucket(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long[] numbers = new long[11];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = in.readLong();
            }
            SortedMap<String, Spread> metrics = new TreeMap<>();
            for (long i = 0; i < numbers[10]; i++) {
                metrics.put(
                        in.readUTF(),
                        new Spread(in.readLong(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()));
            }
            return new Bucket(
                    numbers[0],
                    numbers[1],
                    numbers[2],
                    numbers[3],
                    numbers[4],
                    numbers[5],
                    numbers[6],
                    numbers[7],
                    numbers[8],
                    numbers[9],
                    metrics);
        } catch (IOException e) {
            throw new UncheckedIOException("a stream in memory failed", e);
        }
    }
}
