// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

final class PromptTableTest {

    @Test
    void keepsTheNewestRecordOfEveryPrompt() {
        try (TopologyTestDriver driver = new TopologyTestDriver(PromptTable.topology("run.prompts"))) {
            TestInputTopic<String, byte[]> topic =
                    driver.createInputTopic("run.prompts", new StringSerializer(), new ByteArraySerializer());

            topic.pipeInput("a", new byte[] {1});
            topic.pipeInput("b", new byte[] {2});
            topic.pipeInput("a", new byte[] {3});
            topic.pipeInput("c", new byte[] {4});
            topic.pipeInput("c", null);

            KeyValueStore<String, byte[]> store = driver.getKeyValueStore(PromptTable.STORE);
            assertThat(store.get("a")).containsExactly(3);
            assertThat(store.get("b")).containsExactly(2);
            assertThat(store.get("c")).isNull();
            assertThat(store.approximateNumEntries()).isEqualTo(2);
        }
    }

    @Test
    void keepsNothingOnDiskAndJoinsNoRecords() {
        String described = PromptTable.topology("run.prompts").describe().toString();

        assertThat(described).contains("run.prompts", "global store").doesNotContain("KSTREAM-JOIN", "Sink");
    }

    @Test
    void answersNothingBeforeItIsOpen() {
        PromptTable table =
                new PromptTable("run.prompts", Map.of(), new Codecs(SchemaSource.none()).prompts(), Optional.empty());

        assertThatThrownBy(() -> table.find("a")).isInstanceOf(IllegalStateException.class);
        table.close();
    }
}
