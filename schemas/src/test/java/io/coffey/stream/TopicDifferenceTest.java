// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicDifferenceTest {

    @Test
    void tellsWhatLosesRecordsFromWhatDoesNot() {
        assertThat(new TopicDifference("run.trajectories", "cleanup.policy", "delete", "compact").losesRecords())
                .isTrue();
        assertThat(new TopicDifference("run.trajectories", "retention.ms", "-1", "3600000").losesRecords())
                .isTrue();
        assertThat(new TopicDifference("run.rollout-requests", "retention.ms", "3600000", "-1").losesRecords())
                .isFalse();
        assertThat(new TopicDifference("run.trajectories", "partitions", "2", "4").losesRecords())
                .isFalse();
        assertThat(TopicDifference.missing("run.trajectories").losesRecords()).isFalse();
    }
}
