// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetRestorerTest {

    private final FakeLog log = new FakeLog();

    @Test
    void writesRecordsThatFollowEachOtherWithoutATransaction() {
        restore(offsets(0, 1, 2, 3));

        assertThat(log.readable(0)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(log.transactions()).isZero();
    }

    @Test
    void fillsOneOffsetWithTheMarkerOfTheRecordBeforeIt() {
        restore(offsets(0, 2, 4));

        assertThat(log.readable(0)).containsExactly(0L, 2L, 4L);
        assertThat(log.transactions()).isEqualTo(2);
    }

    @Test
    void fillsSeveralOffsetsWithATransactionThatNobodyReads() {
        restore(offsets(0, 3, 8));

        assertThat(log.readable(0)).containsExactly(0L, 3L, 8L);
        assertThat(log.transactions()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4999, 5000, 5001, 5002, 10_001, 12_345})
    void beginsWhereTheRecordsBegin(long first) {
        restore(offsets(first, first + 1));

        assertThat(log.readable(0)).containsExactly(first, first + 1);
    }

    @Test
    void bringsPartitionsForwardTogether() {
        restore(offsets(0, 2, 4, 6), offsets(0, 2, 4, 6));

        assertThat(log.readable(0)).containsExactly(0L, 2L, 4L, 6L);
        assertThat(log.readable(1)).containsExactly(0L, 2L, 4L, 6L);
        assertThat(log.transactions()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void givesEveryRecordItsOffsetWhateverTheGaps(int seed) {
        Random random = new Random(seed);
        long[] first = ascending(random, 700);
        long[] second = ascending(random, 300);

        restore(first, second);

        assertThat(log.readable(0)).containsExactlyElementsOf(boxed(first));
        assertThat(log.readable(1)).containsExactlyElementsOf(boxed(second));
    }

    @Test
    void doesNothingForAPartitionWithoutRecords() {
        restore(offsets(), offsets(0));

        assertThat(log.readable(0)).isEmpty();
        assertThat(log.readable(1)).containsExactly(0L);
    }

    @Test
    void stopsWhenSomebodyElseWrites() {
        log.intrude(0);

        assertThatThrownBy(() -> restore(offsets(0)))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BROKER))
                .hasMessage("topic sum.scored-trajectories partition 0: a record was written at offset 1, expected 0:"
                        + " somebody else writes to the topic; delete the topics of the run and import it again");
    }

    @Test
    void refusesRecordsThatDoNotAscend() {
        assertThatThrownBy(() -> restore(offsets(0, 1, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("offset 1 follows offset 1 in the bundle");
    }

    private void restore(long[]... partitions) {
        List<Iterator<ConsumerRecord<byte[], byte[]>>> records = new ArrayList<>();
        for (int partition = 0; partition < partitions.length; partition++) {
            int number = partition;
            records.add(Arrays.stream(partitions[partition])
                    .mapToObj(offset ->
                            new ConsumerRecord<>("sum.scored-trajectories", number, offset, new byte[0], new byte[9]))
                    .iterator());
        }
        new OffsetRestorer(log, "sum.scored-trajectories").restore(records, restored -> {});
    }

    private static long[] ascending(Random random, int count) {
        long[] offsets = new long[count];
        long next = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            offsets[i] = next;
            next += 1 + (random.nextBoolean() ? 0 : random.nextInt(5));
        }
        return offsets;
    }

    private static long[] offsets(long... offsets) {
        return offsets;
    }

    private static List<Long> boxed(long[] offsets) {
        return LongStream.of(offsets).boxed().toList();
    }
}
