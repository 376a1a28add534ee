// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.trainer.Coordinate;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicRecordsTest {

    private static final String TOPIC = "sum.scored-trajectories";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    /** Offsets 10 to 19, of which 12 was taken by the marker of a transaction. */
    private final MockConsumer<byte[], byte[]> consumer = consumer();

    @Test
    void findsRecordsByPartitionAndOffset() {
        Map<Coordinate, FoundRecord> found =
                new TopicRecords(consumer, TOPIC).at(List.of(new Coordinate(0, 11), new Coordinate(0, 14)));

        assertThat(Objects.requireNonNull(found.get(new Coordinate(0, 11))).value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("record 11");
        assertThat(Objects.requireNonNull(found.get(new Coordinate(0, 14))).trouble())
                .isNull();
    }

    @Test
    void saysWhyARecordIsNotThere() {
        Coordinate retained = new Coordinate(0, 3);
        Coordinate marker = new Coordinate(0, 12);
        Coordinate nowhere = new Coordinate(5, 1);

        Map<Coordinate, FoundRecord> found =
                new TopicRecords(consumer, TOPIC).at(List.of(retained, marker, nowhere, new Coordinate(0, 13)));

        assertThat(Objects.requireNonNull(found.get(retained)).trouble())
                .isEqualTo("gone: the partition begins at offset 10, retention or a deletion took it");
        assertThat(Objects.requireNonNull(found.get(marker)).trouble())
                .isEqualTo("no record is there: the topic is not the one that was trained from");
        assertThat(Objects.requireNonNull(found.get(nowhere)).trouble())
                .isEqualTo("no record is there: the topic is not the one that was trained from");
    }

    private static MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 10L)));
        consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, 20L)));
        consumer.schedulePollTask(() -> {
            for (long offset = 10; offset < 20; offset++) {
                if (offset != 12) {
                    consumer.addRecord(new ConsumerRecord<>(
                            TOPIC, 0, offset, new byte[] {1}, ("record " + offset).getBytes(StandardCharsets.UTF_8)));
                }
            }
        });
        return consumer;
    }
}
