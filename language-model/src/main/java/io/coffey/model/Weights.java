// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All parameters of a decoder in native memory, f32, in the order of its {@link WeightsLayout}; never changed while
 * they are in use.
 *
 * <p>Their canonical bytes are the little-endian elements of every tensor in that order, without any frame. Equal
 * bytes, equal digest, equal model.
 */
public final class Weights implements AutoCloseable {

    private final WeightsLayout layout;
    private final TensorScope scope;
    private final List<Tensor> tensors;

    private Weights(WeightsLayout layout, TensorScope scope, List<Tensor> tensors) {
        this.layout = layout;
        this.scope = scope;
        this.tensors = List.copyOf(tensors);
    }

    /**
     * Copies weights into native memory; the buffer's position moves to its end. A direct buffer saves a copy.
     *
     * @throws IllegalArgumentException if the number of bytes is not what the config takes
     */
    public static Weights fromBytes(DecoderConfig config, ByteBuffer canonical) {
        WeightsLayout layout = WeightsLayout.of(config);
        if (canonical.remaining() != layout.byteCount()) {
            throw new IllegalArgumentException("the weights of this decoder take %d bytes, found %d"
                    .formatted(layout.byteCount(), canonical.remaining()));
        }
        TensorScope scope = TensorScope.open();
        List<Tensor> tensors = new ArrayList<>();
        for (WeightsLayout.Entry entry : layout.entries()) {
            tensors.add(scope.fromBytes(canonical, entry.dimensions()));
        }
        return new Weights(layout, scope, tensors);
    }

    /** The layout of these weights. */
    public WeightsLayout layout() {
        return layout;
    }

    /** The parameters in the order of the layout. */
    public List<Tensor> tensors() {
        return tensors;
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
        tensors.forEach(tensor -> tensor.copyTo(bytes));
        return bytes.array();
    }

    /** SHA-256 of the canonical bytes, in hex. */
    public String digest() {
        return sha256(ByteBuffer.wrap(toBytes()));
    }

    /** SHA-256 of each parameter's bytes, in hex, by its name in the layout, in the order of the layout. */
    public Map<String, String> tensorDigests() {
        ByteBuffer bytes = ByteBuffer.wrap(toBytes());
        Map<String, String> digests = new LinkedHashMap<>();
        for (WeightsLayout.Entry entry : layout.entries()) {
            int size = Math.toIntExact(entry.size() * Float.BYTES);
            digests.put(entry.name(), sha256(bytes.slice(bytes.position(), size)));
            bytes.position(bytes.position() + size);
        }
        return digests;
    }

    /** SHA-256 of canonical bytes, in hex: what {@link #digest} is for weights that are not in native memory. */
    public static String digest(byte[] canonical) {
        return sha256(ByteBuffer.wrap(canonical));
    }

    @Override
    public void close() {
        scope.close();
    }

    private static String sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
