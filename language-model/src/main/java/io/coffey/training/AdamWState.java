// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

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
 * @param first first moments in the order of the tensors that learn
 * @param second second moments likewise
 */
record AdamWState(TensorScope scope, Tensor count, List<Tensor> first, List<Tensor> second) implements AutoCloseable {

    /** The state before the first step. */
    static AdamWState zero(List<Tensor> learning) {
        return fromBytes(learning, new byte[Math.toIntExact(byteCount(learning))]);
    }

    /**
     * A state from its bytes.
     *
     * @param learning the tensors whose moments they are
     */
    static AdamWState fromBytes(List<Tensor> learning, byte[] bytes) {
        if (bytes.length != byteCount(learning)) {
            throw new IllegalArgumentException("the optimiser state of this model takes %d bytes, found %d"
                    .formatted(byteCount(learning), bytes.length));
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        TensorScope scope = TensorScope.open();
        Tensor count = scope.floats(new float[] {buffer.getLong()});
        List<Tensor> first = moments(scope, learning, buffer);
        return new AdamWState(scope, count, first, moments(scope, learning, buffer));
    }

    byte[] toBytes() {
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.toIntExact(byteCount(first))).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong((long) count.item());
        first.forEach(moment -> moment.copyTo(buffer));
        second.forEach(moment -> moment.copyTo(buffer));
        return buffer.array();
    }

    @Override
    public void close() {
        scope.close();
    }

    private static long byteCount(List<Tensor> learning) {
        return Long.BYTES + 2 * learning.stream().mapToLong(Tensor::byteCount).sum();
    }

    private static List<Tensor> moments(TensorScope scope, List<Tensor> learning, ByteBuffer bytes) {
        List<Tensor> moments = new ArrayList<>();
        for (Tensor tensor : learning) {
            moments.add(scope.fromBytes(bytes, tensor.shape()));
        }
        return moments;
    }
}
