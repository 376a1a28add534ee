// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class StreamRecordsTest {

    private final Codecs codecs = new Codecs(SchemaSource.none());
    private final StreamRecords records = new StreamRecords(new Topics("run"), codecs);

    @Test
    void sendsEveryValueToItsTopicUnderItsKey() {
        assertRecord(records.of(Values.fullPrompt()), "run.prompts", "5f2a");
        assertRecord(records.of(Values.fullRequest()), "run.rollout-requests", "5f2a");
        assertRecord(records.of(Values.fullTrajectory()), "run.trajectories", "5f2a");
        assertRecord(records.of(Values.fullScored()), "run.scored-trajectories", "5f2a");
        assertRecord(records.of(Values.fullStep()), "run.training-steps", "run");
        assertRecord(records.of(Values.fullVersion()), "run.policy-versions", "run");
        assertRecord(records.of(Values.chunk()), "run.policy-weights", "9/1");
        assertRecord(records.of(Values.evaluation()), "run.evaluations", "run");
    }

    @Test
    void writesTheCreditBesideTrajectoriesAndScores() {
        CreditHeaders credit = new CreditHeaders(12, 3);

        assertThat(CreditHeaders.read(records.of(Values.fullTrajectory()).headers()))
                .hasValue(credit);
        assertThat(CreditHeaders.read(records.of(Values.fullScored()).headers()))
                .hasValue(credit);
        assertThat(records.of(Values.fullPrompt()).headers()).isEmpty();
    }

    @Test
    void carriesTheEncodedValue() {
        assertThat(records.of(Values.evaluation()).value())
                .isEqualTo(codecs.evaluations().encode(Values.evaluation()));
    }

    private static void assertRecord(ProducerRecord<byte[], byte[]> record, String topic, String key) {
        assertThat(record.topic()).isEqualTo(topic);
        assertThat(new String(record.key(), UTF_8)).isEqualTo(key);
        assertThat(record.partition()).isNull();
    }
}
