// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.adapter.Adapter;
import io.coffey.model.DecoderConfig;
import io.coffey.model.Weights;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** What is learned, and how a decoder's weights come of it. */
interface Parameters extends AutoCloseable {

    /** The tensors that learn. */
    List<Tensor> tensors();

    /**
     * The decoder's weights, recorded.
     *
     * @param leaves stand for {@link #tensors}, one by one
     */
    List<Tensor> weights(TensorScope scope, List<Tensor> leaves);

    /** Canonical bytes of what learns. */
    byte[] toBytes();

    /** SHA-256 of each tensor's bytes, in hex, by name. */
    Map<String, String> tensorDigests();

    /**
     * Others of the same kind.
     *
     * @throws IllegalArgumentException if these are not their canonical bytes
     */
    Parameters fromBytes(byte[] canonical);

    @Override
    void close();

    /** All weights of a decoder. */
    record Whole(DecoderConfig config, Weights all) implements Parameters {

        static Parameters of(DecoderConfig config, byte[] canonical) {
            return new Whole(config, Weights.fromBytes(config, ByteBuffer.wrap(canonical)));
        }

        @Override
        public List<Tensor> tensors() {
            return all.tensors();
        }

        @Override
        public List<Tensor> weights(TensorScope scope, List<Tensor> leaves) {
            return leaves;
        }

        @Override
        public byte[] toBytes() {
            return all.toBytes();
        }

        @Override
        public Map<String, String> tensorDigests() {
            return all.tensorDigests();
        }

        @Override
        public Parameters fromBytes(byte[] canonical) {
            return of(config, canonical);
        }

        @Override
        public void close() {
            all.close();
        }
    }

    /**
     * An adapter of a base that does not change.
     *
     * @param base belongs to the caller
     */
    record Adapted(DecoderConfig config, Weights base, Adapter adapter) implements Parameters {

        static Parameters of(DecoderConfig config, Weights base, byte[] canonical) {
            Adapter adapter = Adapter.fromBytes(config, canonical);
            adapter.requireBase(base);
            return new Adapted(config, base, adapter);
        }

        @Override
        public List<Tensor> tensors() {
            return adapter.tensors();
        }

        @Override
        public List<Tensor> weights(TensorScope scope, List<Tensor> leaves) {
            return adapter.adaptedWithGradient(scope, base.tensors(), leaves);
        }

        @Override
        public byte[] toBytes() {
            return adapter.toBytes();
        }

        @Override
        public Map<String, String> tensorDigests() {
            return adapter.tensorDigests();
        }

        @Override
        public Parameters fromBytes(byte[] canonical) {
            Adapter other = Adapter.fromBytes(config, canonical);
            if (!other.settings().equals(adapter.settings())) {
                other.close();
                throw new IllegalArgumentException("an adapter with %s cannot go on as one with %s"
                        .formatted(adapter.settings(), other.settings()));
            }
            return new Adapted(config, base, other);
        }

        @Override
        public void close() {
            adapter.close();
        }
    }
}
