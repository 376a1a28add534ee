// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReorderBufferTest {

    private final ReorderBuffer<String> buffer = new ReorderBuffer<>(4);

    @Test
    void releasesInOffsetOrderWhatFinishedOutOfOrder() {
        buffer.expect(0, 10);
        buffer.expect(0, 11);
        buffer.expect(0, 13);

        buffer.finish(0, 13, "c");
        buffer.finish(0, 11, "b");
        assertThat(buffer.releasable()).isFalse();
        buffer.finish(0, 10, "a");

        assertThat(buffer.releasable()).isTrue();
        ReorderBuffer.Released<String> released = buffer.release();
        assertThat(released.results()).containsExactly("a", "b", "c");
        assertThat(released.nextOffsets()).isEqualTo(Map.of(0, 14L));
        assertThat(buffer.size()).isZero();
    }

    @Test
    void stopsAtTheFirstUnfinishedRequest() {
        buffer.expect(0, 10);
        buffer.expect(0, 11);
        buffer.expect(0, 12);
        buffer.finish(0, 10, "a");
        buffer.finish(0, 12, "c");

        ReorderBuffer.Released<String> released = buffer.release();

        assertThat(released.results()).containsExactly("a");
        assertThat(released.nextOffsets()).isEqualTo(Map.of(0, 11L));
        assertThat(buffer.releasable()).isFalse();
        assertThat(buffer.size()).isEqualTo(2);
    }

    @Test
    void releasesAPartitionWhoseNeighbourIsStuck() {
        buffer.expect(0, 10);
        buffer.expect(1, 5);
        buffer.finish(1, 5, "b");

        ReorderBuffer.Released<String> released = buffer.release();

        assertThat(released.results()).containsExactly("b");
        assertThat(released.nextOffsets()).isEqualTo(Map.of(1, 6L));
    }

    @Test
    void passesMarkersOnlyWhenNothingIsLeftBeforeThem() {
        buffer.expect(0, 10);
        buffer.expect(0, 11);
        buffer.readUpTo(0, 13);

        buffer.finish(0, 10, "a");
        assertThat(buffer.release().nextOffsets()).isEqualTo(Map.of(0, 11L));

        buffer.finish(0, 11, "b");
        assertThat(buffer.release().nextOffsets()).isEqualTo(Map.of(0, 13L));
    }

    @Test
    void continuesAfterARelease() {
        buffer.expect(0, 10);
        buffer.finish(0, 10, "a");
        buffer.release();

        buffer.expect(0, 11);
        assertThat(buffer.releasable()).isFalse();
        buffer.finish(0, 11, "b");

        assertThat(buffer.release().results()).containsExactly("b");
    }

    @Test
    void dropsARebalancedPartitionAndTakesItAgain() {
        buffer.expect(0, 10);
        buffer.expect(1, 5);
        buffer.expect(0, 11);
        buffer.finish(0, 10, "a");
        buffer.finish(1, 5, "b");

        buffer.forget(0);

        assertThat(buffer.size()).isEqualTo(1);
        assertThat(buffer.release().results()).containsExactly("b");
        buffer.expect(0, 10);
        buffer.finish(0, 10, "a again");
        assertThat(buffer.release().results()).containsExactly("a again");
    }

    @Test
    void refusesAResultThatNoRequestWaitsFor() {
        buffer.expect(0, 10);
        buffer.finish(0, 10, "a");

        assertThatThrownBy(() -> buffer.finish(0, 10, "twice"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("request at partition 0 offset 10 is not waiting for a result");
        assertThatThrownBy(() -> buffer.finish(7, 10, "nowhere")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesOffsetsThatGoBack() {
        buffer.expect(0, 10);

        assertThatThrownBy(() -> buffer.expect(0, 10))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("partition 0: request at offset 10 came after the one at 10");
    }

    @Test
    void holdsNoMoreThanItsCapacity() {
        for (int offset = 0; offset < 4; offset++) {
            buffer.expect(0, offset);
        }

        assertThatThrownBy(() -> buffer.expect(1, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holds 4 requests");
    }
}
