// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * All parameters of a decoder in native memory, in the order of its {@link WeightsLayout}; never changed while they are
 * in use. In half precision the matrices are bf16, and the gains and biases f32.
 *
 * <p>Their canonical bytes are the elements of every tensor in that order as little-endian f32, without any frame.
 * Equal bytes, equal digest, equal model. Those of weights in half precision are the rounded numbers, widened.
 */
public final class Weights implements AutoCloseable {

    private final WeightsLayout layout;
    private final Precision precision;
    private final TensorScope scope = TensorScope.open();
    private final List<Tensor> tensors = new ArrayList<>();

    private Weights(WeightsLayout layout, Precision precision) {
        this.layout = layout;
        this.precision = precision;
    }

    /**
     * Copies weights into native memory, in full precision; the buffer's position moves to its end.
     *
     * @throws IllegalArgumentException if the number of bytes is not what the config takes
     */
    public static Weights fromBytes(DecoderConfig config, ByteBuffer canonical) {
        return fromBytes(config, canonical, Precision.F32);
    }

    /** As {@link #fromBytes(DecoderConfig, ByteBuffer)}, in a precision. */
    public static Weights fromBytes(DecoderConfig config, ByteBuffer canonical, Precision precision) {
        WeightsLayout layout = WeightsLayout.of(config);
        if (canonical.remaining() != layout.byteCount()) {
            throw new IllegalArgumentException("the weights of this decoder take %d bytes, found %d"
                    .formatted(layout.byteCount(), canonical.remaining()));
        }
        return of(layout, precision, (entry, memory) -> {
            memory.put(canonical.slice(canonical.position(), memory.remaining()));
            canonical.position(canonical.position() + memory.position());
        });
    }

    /**
     * Weights made one by one.
     *
     * @param writer fills the memory of each entry with its elements, little-endian f32; asked in the order of the
     *     layout
     */
    static Weights of(WeightsLayout layout, Precision precision, BiConsumer<WeightsLayout.Entry, ByteBuffer> writer) {
        Weights weights = new Weights(layout, precision);
        try {
            for (WeightsLayout.Entry entry : layout.entries()) {
                Tensor tensor = weights.scope.written(memory -> writer.accept(entry, memory), entry.dimensions());
                boolean matrix = entry.shape().size() == 2;
                weights.tensors.add(matrix ? precision.narrowed(weights.scope, tensor) : tensor);
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /** The layout of these weights. */
    public WeightsLayout layout() {
        return layout;
    }

    /** The parameters in the order of the layout. */
    public List<Tensor> tensors() {
        return Collections.unmodifiableList(tensors);
    }

    /** The number format of the matrices. */
    public Precision precision() {
        return precision;
    }

    /** The size of the canonical bytes. */
    public long byteCount() {
        return layout.byteCount();
    }

    /**
     * The canonical bytes.
     *
     * @throws ArithmeticException if there are 2 GiB or more
     */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(byteCount())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensors.size(); i++) {
            bytes.put(bytes(i));
        }
        return bytes.array();
    }

    /** SHA-256 of the canonical bytes, in hex. */
    public String digest() {
        MessageDigest digest = DigestUtils.getSha256Digest();
        for (int i = 0; i < tensors.size(); i++) {
            digest.update(bytes(i));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of each parameter's canonical bytes, in hex, by its name in the layout, in the order of the layout. */
    public Map<String, String> tensorDigests() {
        Map<String, String> digests = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            digests.put(layout.entries().get(i).name(), digest(bytes(i)));
        }
        return digests;
    }

    /** SHA-256 of canonical bytes, in hex: what {@link #digest} is for weights that are not in native memory. */
    public static String digest(byte[] canonical) {
        return DigestUtils.sha256Hex(canonical);
    }

    @Override
    public void close() {
        scope.close();
    }

    /** The canonical bytes of one parameter. */
    private byte[] bytes(int index) {
        ByteBuffer bytes = ByteBuffer.allocate(
                        Math.toIntExact(layout.entries().get(index).size() * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        try (TensorScope widening = scope.child()) {
            precision.widened(widening, tensors.get(index)).copyTo(bytes);
        }
        return bytes.array();
    }
}
