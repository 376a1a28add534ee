// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.service.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Writes to a broker. Not thread-safe. */
final class KafkaLogWriter implements LogWriter, AutoCloseable {

    private static final Duration MARKER_LIMIT = Duration.ofSeconds(60);
    private static final Duration MARKER_PAUSE = Duration.ofMillis(2);

    private final Producer<byte[], byte[]> plain;
    private final Producer<byte[], byte[]> transactional;
    private final Admin admin;

    /** @param run names the clients */
    KafkaLogWriter(KafkaClients clients, String run) {
        plain = clients.producer("import-" + run);
        transactional = clients.transactionalProducer("import-" + run);
        admin = clients.admin();
        transactional.initTransactions();
    }

    @Override
    public List<Long> write(List<ProducerRecord<byte[], byte[]>> records) {
        return sent(plain, records);
    }

    @Override
    public List<Long> writeAndCommit(List<ProducerRecord<byte[], byte[]>> records) {
        transactional.beginTransaction();
        List<Long> offsets = sent(transactional, records);
        transactional.commitTransaction();
        awaitMarkers(records, offsets);
        return offsets;
    }

    @Override
    public List<Long> writeAndAbort(List<ProducerRecord<byte[], byte[]>> records) {
        transactional.beginTransaction();
        List<Long> offsets = sent(transactional, records);
        transactional.abortTransaction();
        awaitMarkers(records, offsets);
        return offsets;
    }

    @Override
    public long writeAndDelete(ProducerRecord<byte[], byte[]> record) {
        long offset = sent(plain, List.of(record)).get(0);
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        try {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset + 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        return offset;
    }

    /** A transaction ends before its markers are written; a record sent at once could take a marker's place. */
    private void awaitMarkers(List<ProducerRecord<byte[], byte[]>> records, List<Long> offsets) {
        Map<TopicPartition, Long> markers = new HashMap<>();
        for (int i = 0; i < offsets.size(); i++) {
            ProducerRecord<byte[], byte[]> record = records.get(i);
            markers.merge(new TopicPartition(record.topic(), record.partition()), offsets.get(i) + 1, Math::max);
        }
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        markers.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        long deadline = System.nanoTime() + MARKER_LIMIT.toNanos();
        try {
            while (!markersWritten(markers, admin.listOffsets(ends).all().get())) {
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException("the broker did not write the marker of a transaction within %d s"
                            .formatted(MARKER_LIMIT.toSeconds()));
                }
                Thread.sleep(MARKER_PAUSE.toMillis());
            }
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static boolean markersWritten(
            Map<TopicPartition, Long> markers, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        return markers.entrySet().stream()
                .allMatch(marker ->
                        Objects.requireNonNull(ends.get(marker.getKey())).offset() > marker.getValue());
    }

    private static List<Long> sent(Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sends =
                records.stream().map(producer::send).toList();
        producer.flush();
        return sends.stream().map(KafkaLogWriter::offset).toList();
    }

    private static long offset(Future<RecordMetadata> send) {
        try {
            return send.get().offset();
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static KafkaException failed(ExecutionException e) {
        return e.getCause() instanceof KafkaException cause
                ? cause
                : new KafkaException("the broker refuses a record of the bundle", e);
    }

    @Override
    public void close() {
        plain.close();
        transactional.close();
        admin.close();
    }
}
