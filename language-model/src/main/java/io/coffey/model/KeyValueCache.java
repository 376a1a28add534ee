// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.List;

/**
 * Keys and values of the positions seen so far, for a fixed number of slots: per layer [2, slots + 1, K, capacity, D].
 * The last slot takes the rows that no request needs.
 *
 * <p>Capacity grows by doubling up to the decoder's longest sequence. It never changes a result.
 */
public final class KeyValueCache implements AutoCloseable {

    private final Decoder decoder;
    private int capacity = 4 * Decoder.BUCKET;
    private TensorScope scope = TensorScope.open();
    private List<Tensor> tensors;

    /** An empty cache. */
    public KeyValueCache(Decoder decoder, int slots) {
        this.decoder = decoder;
        this.tensors = decoder.emptyCache(scope, slots + 1, capacity);
    }

    /** Makes room for sequences of a length. */
    public void reserve(int length) {
        if (length <= capacity) {
            return;
        }
        int longest = Decoder.bucket(decoder.config().maxLength());
        if (length > longest) {
            throw new IllegalArgumentException(
                    "a sequence of %d is longer than the decoder's %d".formatted(length, longest));
        }
        while (capacity < length) {
            capacity *= 2;
        }
        capacity = Math.min(capacity, longest);
        TensorScope wider = TensorScope.open();
        tensors = decoder.grown(wider, tensors, capacity);
        scope.close();
        scope = wider;
    }

    List<Tensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        scope.close();
    }
}
