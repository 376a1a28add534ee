// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.PolicyVersion.Kind;
import io.coffey.distillation.trajectory.WeightsChunk;
import io.coffey.stream.WeightsPublication;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishedWeightsTest {

    private static final byte[] BYTES = {1, 2, 3, 4, 5};
    private static final List<WeightsChunk> CHUNKS = WeightsPublication.chunks("run", 3, BYTES, 2);
    private static final PolicyVersion ANNOUNCEMENT =
            WeightsPublication.announcement("run", 3, Kind.FULL, BYTES, 3, 0, Map.of(), "tokenizer", "config");

    private final PublishedWeights weights = new PublishedWeights(0);

    @Test
    void assemblesInWhateverOrderThePartitionsCome() {
        weights.add(CHUNKS.get(2));
        weights.add(CHUNKS.get(0));
        weights.add(ANNOUNCEMENT);
        weights.add(CHUNKS.get(1));

        assertThat(weights.problems()).isEmpty();
        assertThat(weights.newest()).isEqualTo(ANNOUNCEMENT);
        assertThat(new WeightsNeverTorn("a reader", weights).violations()).isEmpty();
    }

    @Test
    void tornWeightsAreNamed() {
        weights.add(ANNOUNCEMENT);
        weights.add(CHUNKS.get(0));
        weights.add(WeightsPublication.chunks("run", 4, BYTES, 2).get(0));

        assertThat(new WeightsNeverTorn("a reader", weights).violations())
                .containsExactly(
                        "a reader: version 3 was announced with 3 chunks, of which 1 were shown",
                        "a reader: 1 chunks of version 4 were shown, but no announcement",
                        "a reader: no version could be assembled");
    }

    @Test
    void aVersionThatRetentionHasCutIsPassedOver() {
        PublishedWeights cut = new PublishedWeights(1);
        cut.add(CHUNKS.get(1));
        cut.add(ANNOUNCEMENT);
        cut.add(CHUNKS.get(2));

        assertThat(cut.problems()).isEmpty();
        assertThat(cut.newest()).isNull();
    }

    @Test
    void aChunkThatComesTwiceIsNamed() {
        weights.add(CHUNKS.get(0));
        weights.add(CHUNKS.get(0));
        CHUNKS.subList(1, 3).forEach(weights::add);
        weights.add(ANNOUNCEMENT);
        weights.add(CHUNKS.get(1));

        assertThat(weights.problems())
                .containsExactly(
                        "chunk 0 of version 3 was shown a second time", "chunk 1 of version 3 was shown a second time");
    }

    @Test
    void chunksOfTwoPublicationsAreNamed() {
        weights.add(CHUNKS.get(0));
        WeightsPublication.chunks("run", 3, new byte[] {1, 2, 9, 4, 5}, 2)
                .subList(1, 3)
                .forEach(weights::add);
        weights.add(ANNOUNCEMENT);

        assertThat(weights.problems())
                .singleElement()
                .asString()
                .startsWith("weights of policy version 3 have sha256 ");
    }
}
