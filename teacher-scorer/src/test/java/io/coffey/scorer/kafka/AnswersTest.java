// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.scorer.Trajectories;
import io.coffey.scorer.teacher.FakeTeacher;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class AnswersTest {

    private static final Topics TOPICS = new Topics("run");

    private final Codecs codecs = new Codecs(SchemaSource.none());
    private final StreamRecords records = new StreamRecords(TOPICS, codecs);

    @Test
    void writesScoresAsLargeAsARecordMayBeAndSetsLargerOnesAside() {
        int size = answers(Integer.MAX_VALUE).get(0).value().length;

        assertThat(answers(size + 1)).extracting(ProducerRecord::topic).containsExactly(TOPICS.scoredTrajectories());
        assertThat(answers(size)).extracting(ProducerRecord::topic).containsExactly(TOPICS.scoredTrajectories());
        List<ProducerRecord<byte[], byte[]>> larger = answers(size - 1);

        assertThat(larger)
                .extracting(ProducerRecord::topic)
                .containsExactly(TOPICS.deadLetter(TOPICS.trajectories()), TOPICS.scoredTrajectories());
        ScoredTrajectory failed =
                codecs.scoredTrajectories().decode(larger.get(1).value());
        assertThat(failed.failure())
                .isEqualTo(
                        "scored trajectory takes %d bytes, expected at most %d: ask for fewer top tokens or shorter completions"
                                .formatted(size, size - 1));
        assertThat(failed.trajectory().id()).isEqualTo("5.0");
    }

    private List<ProducerRecord<byte[], byte[]>> answers(int maxValueBytes) {
        ProducerRecord<byte[], byte[]> sent = records.of(Trajectories.ofLength(5, 8));
        ConsumerRecord<byte[], byte[]> source =
                new ConsumerRecord<>(TOPICS.trajectories(), 0, 3, "p5".getBytes(StandardCharsets.UTF_8), sent.value());
        return new Answers("run", TOPICS, records, Readings.PLAIN, new FakeTeacher(), maxValueBytes)
                .to(List.of(Arrival.of(source, codecs.trajectories())));
    }
}
