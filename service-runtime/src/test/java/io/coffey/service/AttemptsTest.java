// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class AttemptsTest {

    private static final TopicPartition ZERO = new TopicPartition("in", 0);
    private static final TopicPartition ONE = new TopicPartition("in", 1);

    /** The broker's side: what is committed outlives every member. */
    private final MockConsumer<byte[], byte[]> group = new MockConsumer<>("earliest");

    AttemptsTest() {
        group.assign(List.of(ZERO, ONE));
    }

    @Test
    void leavesOneNoteForEveryPartitionAndNoneAsLongAsAllGoesWell() {
        Attempts member = member(3);

        assertThat(tries(member, List.of(at(ZERO, 4), at(ONE, 7), at(ZERO, 5)))).isEqualTo(2);
        answers(member, ZERO, 6);
        answers(member, ONE, 8);

        assertThat(tries(member, List.of(at(ZERO, 6), at(ONE, 8)))).isZero();
        assertThat(metadata(ZERO)).isEmpty();
        assertThat(member.suspicious()).isFalse();
    }

    @Test
    void setsARecordAsideOnceItEndedSoManyProcessesAlone() {
        tries(member(2), List.of(at(ZERO, 4), at(ZERO, 5), at(ZERO, 6)));

        Attempts second = member(2);
        assertThat(second.suspicious()).isTrue();
        tries(second, List.of(at(ZERO, 4)));
        answers(second, ZERO, 5);
        tries(second, List.of(at(ZERO, 5)));
        Attempts third = member(2);
        assertThat(third.exhausted(at(ZERO, 5))).isFalse();
        tries(third, List.of(at(ZERO, 5)));
        Attempts fourth = member(2);

        assertThat(fourth.exhausted(at(ZERO, 5))).isTrue();
        assertThat(fourth.before(at(ZERO, 5))).isEqualTo(2);
        answers(fourth, ZERO, 6);
        assertThat(fourth.exhausted(at(ZERO, 6))).isFalse();
        assertThat(fourth.suspicious()).isTrue();
        tries(fourth, List.of(at(ZERO, 6)));
        answers(fourth, ZERO, 7);
        assertThat(fourth.suspicious()).isFalse();
        assertThat(metadata(ZERO)).isEmpty();
    }

    @Test
    void neverBlamesARecordForWhatAnotherOneInHandDid() {
        for (int deaths = 0; deaths < 10; deaths++) {
            tries(member(1), List.of(at(ZERO, 4), at(ZERO, 5)));
        }

        Attempts next = member(1);

        assertThat(next.suspicious()).isTrue();
        assertThat(next.exhausted(at(ZERO, 4))).isFalse();
    }

    @Test
    void doesNotCountARecordThatTheSameProcessTriesAgain() {
        tries(member(2), List.of(at(ZERO, 4), at(ZERO, 5)));
        Attempts alive = member(2);

        tries(alive, List.of(at(ZERO, 4)));
        assertThat(tries(alive, List.of(at(ZERO, 4)))).isZero();

        assertThat(member(2).before(at(ZERO, 4))).isEqualTo(1);
    }

    @Test
    void readsAPartitionAgainThatWasAnothersMeanwhile() {
        Attempts member = member(1);
        tries(member, List.of(at(ZERO, 4)));
        answers(member, ZERO, 5);
        member.forget(List.of(ZERO));
        tries(member(1), List.of(at(ZERO, 5)));

        member.learn(List.of(ZERO), group::committed);

        assertThat(member.exhausted(at(ZERO, 5))).isTrue();
    }

    @Test
    void knowsNothingOfOffsetsWithAnotherTextAndOfNone() {
        group.commitSync(Map.of(ZERO, new OffsetAndMetadata(4, "by hand")));

        Attempts member = member(1);

        assertThat(member.suspicious()).isFalse();
        assertThat(member.before(at(ZERO, 4))).isZero();
        assertThat(member.before(at(ONE, 0))).isZero();
    }

    private Attempts member(int limit) {
        Attempts attempts = new Attempts(limit);
        attempts.learn(List.of(ZERO, ONE), group::committed);
        return attempts;
    }

    /** A member leaves word and tries; how many partitions it had to leave word of. */
    private int tries(Attempts member, List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, OffsetAndMetadata> notes = member.toNote(records);
        group.commitSync(notes);
        member.noted(notes);
        return notes.size();
    }

    private void answers(Attempts member, TopicPartition partition, long next) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                member.toCommit(Map.of(partition, new OffsetAndMetadata(next)));
        group.commitSync(offsets);
        member.committed(offsets);
    }

    private String metadata(TopicPartition partition) {
        return Objects.requireNonNull(group.committed(Set.of(partition)).get(partition))
                .metadata();
    }

    private static ConsumerRecord<byte[], byte[]> at(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, null);
    }
}
