// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WeightsInitializationTest {

    private static final DecoderConfig CONFIG =
            new DecoderConfig(64, 32, 88, 2, 4, 2, 8, 64, 1e-5, 10_000, false, List.of(1));

    @Test
    void drawsMatricesWithTheVarianceOfTheirColumnsAndSetsNormsToOne() {
        byte[] canonical = WeightsInitialization.canonical(CONFIG, 7);

        try (Weights weights = Weights.fromBytes(CONFIG, ByteBuffer.wrap(canonical))) {
            float[] embedding = weights.tensors().get(0).floatArray();
            double mean = IntStream.range(0, embedding.length)
                    .mapToDouble(i -> embedding[i])
                    .average()
                    .orElseThrow();
            double square = IntStream.range(0, embedding.length)
                    .mapToDouble(i -> embedding[i] * embedding[i])
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(0, within(0.02));
            assertThat(square).isCloseTo(1.0 / 32, within(0.003));
            assertThat(weights.tensors().get(1).floatArray()).containsOnly(1);
        }
    }

    @Test
    void givesEqualBytesForEqualSeedsOnly() {
        assertThat(WeightsInitialization.canonical(CONFIG, 7)).isEqualTo(WeightsInitialization.canonical(CONFIG, 7));
        assertThat(WeightsInitialization.canonical(CONFIG, 8)).isNotEqualTo(WeightsInitialization.canonical(CONFIG, 7));
    }
}
