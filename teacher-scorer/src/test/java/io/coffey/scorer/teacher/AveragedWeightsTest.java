// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class AveragedWeightsTest {

    private final FakePublishedWeights published = new FakePublishedWeights();

    @Test
    void movesByOneMinusDecayTowardsEveryVersion() {
        publish(0, 1f);
        publish(1, 2f);
        publish(2, 3f);

        try (AveragedWeights averages = new AveragedWeights(published, 0.95)) {
            assertThat(floats(averages.of(0))).containsExactly(1f);
            assertThat(floats(averages.of(1))).containsExactly(1.05f);
            assertThat(floats(averages.of(2))).containsExactly(new float[] {1.1475f}, within(1e-6f));
        }
        assertThat(published.closed).isTrue();
    }

    @Test
    void takesOnlyTheVersionsThatWerePublished() {
        publish(0, 1f);
        publish(5, 2f);

        assertThat(floats(new AveragedWeights(published, 0.5).of(5))).containsExactly(1.5f);
    }

    @Test
    void isTheSameForOneThatBeginsLateAndForOneThatGoesBack() {
        for (int version = 0; version < 12; version++) {
            publish(version, 0.1f * version, 1f / (version + 1));
        }
        AveragedWeights steady = new AveragedWeights(published, 0.9);
        AveragedWeights late = new AveragedWeights(published, 0.9);
        byte[] third = steady.of(3);

        for (int version = 4; version < 12; version++) {
            steady.of(version);
        }

        assertThat(late.of(11)).isEqualTo(steady.of(11));
        assertThat(steady.of(3)).isEqualTo(third);
        assertThat(late.of(3)).isEqualTo(third).isNotEqualTo(late.of(11));
    }

    @Test
    void readsAVersionOnceWhileItGoesForward() {
        for (int version = 0; version < 5; version++) {
            publish(version, version);
        }
        AveragedWeights averages = new AveragedWeights(published, 0.9);

        for (int version = 0; version < 5; version++) {
            averages.of(version);
            averages.of(version);
        }

        assertThat(published.fetched).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void refusesAnAverageWhoseBeginningIsGone() {
        publish(7, 1f);
        publish(8, 2f);

        assertThatThrownBy(() -> new AveragedWeights(published, 0.9).of(8))
                .isInstanceOf(UnscorableTrajectoryException.class)
                .hasMessage("teacher.weights ema needs every version from 0 on, and the oldest still announced is 7");
    }

    private void publish(long version, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        published.publish(version, bytes.array());
    }

    private static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
