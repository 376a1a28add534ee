// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.model.WeightsLayout;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Moments of the gradient and the number of steps taken.
 *
 * @param count steps taken, f32 without axes, as torch's kernel wants it
 * @param first first moments in the order of the weights' layout
 * @param second second moments likewise
 */
record AdamWState(TensorScope scope, Tensor count, List<Tensor> first, List<Tensor> second) implements AutoCloseable {

    static AdamWState zero(WeightsLayout layout) {
        return fromBytes(layout, new byte[Math.toIntExact(Long.BYTES + 2 * layout.byteCount())]);
    }

    static AdamWState fromBytes(WeightsLayout layout, byte[] bytes) {
        long expected = Long.BYTES + 2 * layout.byteCount();
        if (bytes.length != expected) {
            throw new IllegalArgumentException(
                    "the optimiser state of this decoder takes %d bytes, found %d".formatted(expected, bytes.length));
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        TensorScope scope = TensorScope.open();
        Tensor count = scope.floats(new float[] {buffer.getLong()});
        List<Tensor> first = moments(scope, layout, buffer);
        return new AdamWState(scope, count, first, moments(scope, layout, buffer));
    }

    byte[] toBytes() {
        long moments = 2 * first.stream().mapToLong(Tensor::byteCount).sum();
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.toIntExact(Long.BYTES + moments)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong((long) count.item());
        first.forEach(moment -> moment.copyTo(buffer));
        second.forEach(moment -> moment.copyTo(buffer));
        return buffer.array();
    }

    @Override
    public void close() {
        scope.close();
    }

    private static List<Tensor> moments(TensorScope scope, WeightsLayout layout, ByteBuffer bytes) {
        List<Tensor> moments = new ArrayList<>();
        for (WeightsLayout.Entry entry : layout.entries()) {
            moments.add(scope.fromBytes(bytes, entry.dimensions()));
        }
        return moments;
    }
}
