// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCatalogueTest {

    private static final Topics TOPICS = new Topics("run");

    @Test
    void listsEveryTopicSchemasFirst() {
        assertThat(table(TopicSettings.of(12, 3))).isEqualTo("""
                        run.schemas 1x3 cleanup.policy=compact
                        run.prompts 12x3 cleanup.policy=compact
                        run.rollout-requests 12x3 cleanup.policy=delete message.timestamp.type=LogAppendTime retention.bytes=-1 retention.ms=259200000
                        run.trajectories 12x3 cleanup.policy=delete retention.bytes=-1 retention.ms=-1
                        run.scored-trajectories 12x3 cleanup.policy=delete retention.bytes=-1 retention.ms=-1
                        run.training-steps 1x3 cleanup.policy=delete retention.bytes=-1 retention.ms=-1
                        run.policy-weights 1x3 cleanup.policy=delete retention.bytes=1073741824 retention.ms=-1 segment.bytes=134217728
                        run.policy-versions 1x3 cleanup.policy=compact message.timestamp.type=LogAppendTime min.compaction.lag.ms=86400000
                        run.evaluations 1x3 cleanup.policy=delete retention.bytes=-1 retention.ms=-1
                        run.prompts.dead-letter 1x3 cleanup.policy=delete max.message.bytes=4259840 message.timestamp.type=LogAppendTime retention.bytes=-1 retention.ms=2592000000
                        run.rollout-requests.dead-letter 1x3 cleanup.policy=delete max.message.bytes=4259840 message.timestamp.type=LogAppendTime retention.bytes=-1 retention.ms=2592000000
                        run.trajectories.dead-letter 1x3 cleanup.policy=delete max.message.bytes=4259840 message.timestamp.type=LogAppendTime retention.bytes=-1 retention.ms=2592000000
                        run.scored-trajectories.dead-letter 1x3 cleanup.policy=delete max.message.bytes=4259840 message.timestamp.type=LogAppendTime retention.bytes=-1 retention.ms=2592000000
                        """);
    }

    @Test
    void givesEveryTopicTheCommonSettings() {
        for (TopicSpec spec : TopicCatalogue.of(TOPICS, TopicSettings.of(12, 3))) {
            assertThat(spec.config())
                    .as(spec.name())
                    .containsEntry("message.timestamp.after.max.ms", "9223372036854775807")
                    .containsKey("message.timestamp.type")
                    .containsEntry("min.insync.replicas", "2")
                    .containsEntry("unclean.leader.election.enable", "false")
                    .containsKey("max.message.bytes");
        }
    }

    @Test
    void boundsTheArchiveWhenAsked() {
        TopicSettings bounded = new TopicSettings(
                2,
                1,
                1,
                1 << 20,
                Duration.ofDays(1),
                Duration.ofDays(7),
                1L << 33,
                1 << 24,
                Duration.ZERO,
                Duration.ofDays(1));

        assertThat(table(bounded))
                .contains(
                        "run.trajectories 2x1 cleanup.policy=delete max.message.bytes=1048576 message.timestamp.type=LogAppendTime retention.bytes=8589934592 retention.ms=604800000\n")
                .contains(
                        "run.policy-weights 1x1 cleanup.policy=delete max.message.bytes=1048576 retention.bytes=16777216 retention.ms=-1 segment.bytes=2097152\n");
    }

    @Test
    void refusesSettingsThatCannotBe() {
        assertThatThrownBy(() -> TopicSettings.of(0, 1)).hasMessage("topics.partitions is 0, expected 1 or more");
        assertThatThrownBy(() -> TopicSettings.of(1, 0)).hasMessage("topics.replication is 0, expected 1 or more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b", "a b", "ä", "-a"})
    void refusesAPrefixThatIsNoName(String prefix) {
        assertThatThrownBy(() -> new Topics(prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("prefix of topics is \"" + prefix + "\", expected up to 100 letters");
    }

    /** One line a topic; common settings only where they differ from the default. */
    private static String table(TopicSettings settings) {
        List<String> common = List.of(
                "max.message.bytes=4194304",
                "message.timestamp.after.max.ms=9223372036854775807",
                "message.timestamp.type=CreateTime",
                "min.insync.replicas=" + settings.minInSync(),
                "unclean.leader.election.enable=false");
        StringBuilder table = new StringBuilder();
        for (TopicSpec spec : TopicCatalogue.of(TOPICS, settings)) {
            table.append("%s %dx%d".formatted(spec.name(), spec.partitions(), spec.replication()));
            new TreeMap<>(spec.config()).forEach((key, value) -> {
                String entry = key + "=" + value;
                if (!common.contains(entry)) {
                    table.append(' ').append(entry);
                }
            });
            table.append('\n');
        }
        return table.toString();
    }
}
