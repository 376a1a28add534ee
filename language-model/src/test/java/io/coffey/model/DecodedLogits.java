// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.weights.Golden;
import java.util.Arrays;
import java.util.List;

/** Logits from decoding a known sequence token by token in one of three slots, after a prompt was read at once. */
final class DecodedLogits {

    private static final int SLOTS = 3;
    private static final int SLOT = 1;

    private DecodedLogits() {}

    /** Logits at each position from {@code prompt} on, [T][V]; nothing before it. */
    static double[][] of(Decoder decoder, Weights weights, int[] tokens, int prompt) {
        double[][] decoded = new double[tokens.length][];
        int vocabulary = decoder.config().vocabularySize();
        try (TensorScope scope = TensorScope.open();
                KeyValueCache cache = new KeyValueCache(decoder, SLOTS)) {
            cache.reserve(Decoder.bucket(tokens.length));
            List<int[]> read = List.of(Arrays.copyOf(tokens, prompt));
            Tensor ids = decoder.ids(scope, read, 1, Decoder.bucket(prompt));
            decoder.prefill(scope, weights.tensors(), cache, ids, scope.ints(new int[] {SLOT}, 1));
            for (int position = prompt; position < tokens.length; position++) {
                Tensor at = scope.ints(new int[] {0, tokens[position], 0, 0, position, 0}, 2, SLOTS);
                int length = Decoder.bucket(position + 1);
                double[] logits = Golden.widened(decoder.decode(scope, weights.tensors(), cache, at, length)
                        .floatArray());
                decoded[position] = Arrays.copyOfRange(logits, SLOT * vocabulary, (SLOT + 1) * vocabulary);
            }
        }
        return decoded;
    }
}
