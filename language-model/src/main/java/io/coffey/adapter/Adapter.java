// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import io.coffey.model.DecoderConfig;
import io.coffey.model.Precision;
import io.coffey.model.Weights;
import io.coffey.model.WeightsLayout;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Low-rank changes of some of a decoder's matrices, in native memory: {@code W + (alpha / rank) B A} in place of each
 * W. As small as its rank, and merged into weights of the ordinary kind wherever a decoder runs.
 *
 * <p>Its canonical bytes hold its settings and the little-endian f32 elements of A [rank, columns] and B [rows, rank]
 * of every matrix, in the order of the decoder's layout; equal bytes, equal digest, equal adapter.
 */
public final class Adapter implements AutoCloseable {

    private static final Script SCRIPT = Script.resource(Adapter.class, "adapter.py", Map.of());
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final DecoderConfig config;
    private final AdapterHeader header;
    private final AdapterLayout layout;
    private final TensorScope scope = TensorScope.open();
    private final List<Tensor> tensors = new ArrayList<>();

    /** Reads the tensors from a buffer that holds exactly them. */
    Adapter(DecoderConfig config, AdapterHeader header, ByteBuffer elements) {
        this.config = config;
        this.header = header;
        this.layout = AdapterLayout.of(config, header.settings());
        if (elements.remaining() != layout.byteCount()) {
            throw new IllegalArgumentException("an adapter with %s of this decoder takes %d bytes, found %d"
                    .formatted(header.settings(), layout.byteCount(), elements.remaining()));
        }
        layout.shapes().forEach(shape -> tensors.add(scope.fromBytes(elements, shape)));
    }

    /**
     * An adapter that changes nothing yet: A uniform in {@code +-1/sqrt(columns)} as PEFT draws it, B zero. A matrix's
     * numbers depend on the seed and its name alone.
     *
     * @param base digest of the weights it is for
     * @throws IllegalArgumentException if the decoder has not the matrices that the settings name
     */
    public static Adapter initial(DecoderConfig config, AdapterSettings settings, String base, long seed) {
        AdapterLayout layout = AdapterLayout.of(config, settings);
        ByteBuffer elements =
                ByteBuffer.allocate(Math.toIntExact(layout.byteCount())).order(ByteOrder.LITTLE_ENDIAN);
        for (AdapterLayout.Matrix matrix : layout.matrices()) {
            Random random = new Random(seed + matrix.name().hashCode() * GOLDEN_RATIO);
            double bound = 1 / Math.sqrt((double) matrix.columns());
            for (long i = 0; i < settings.rank() * matrix.columns(); i++) {
                elements.putFloat((float) ((2 * random.nextDouble() - 1) * bound));
            }
            elements.position(elements.position() + (int) (matrix.rows() * settings.rank() * Float.BYTES));
        }
        return new Adapter(config, new AdapterHeader(settings, base), elements.flip());
    }

    /**
     * Reads canonical bytes.
     *
     * @throws IllegalArgumentException if they are not an adapter of such a decoder
     */
    public static Adapter fromBytes(DecoderConfig config, byte[] canonical) {
        ByteBuffer bytes = ByteBuffer.wrap(canonical);
        return new Adapter(config, AdapterHeader.read(bytes), bytes);
    }

    /** Names of the matrices that an adapter of a decoder can change, sorted. */
    public static List<String> targets(DecoderConfig config) {
        return AdapterLayout.targets(config);
    }

    /** What it is made of. */
    public AdapterSettings settings() {
        return header.settings();
    }

    /** {@linkplain Weights#digest() Digest} of the weights it is for; empty if it came without. */
    public String base() {
        return header.base();
    }

    /** A and B of every matrix in turn. */
    public List<Tensor> tensors() {
        return List.copyOf(tensors);
    }

    AdapterLayout layout() {
        return layout;
    }

    /**
     * The canonical bytes.
     *
     * @throws ArithmeticException if there are 2 GiB or more
     */
    public byte[] toBytes() {
        byte[] head = header.toBytes();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(head.length + layout.byteCount()));
        bytes.put(head);
        tensors.forEach(tensor -> tensor.copyTo(bytes));
        return bytes.array();
    }

    /** SHA-256 of the canonical bytes, in hex. */
    public String digest() {
        return Weights.digest(toBytes());
    }

    /** SHA-256 of each tensor's bytes, in hex, by name. */
    public Map<String, String> tensorDigests() {
        Map<String, String> digests = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.toIntExact(tensors.get(i).byteCount()));
            tensors.get(i).copyTo(bytes);
            digests.put(layout.names().get(i), Weights.digest(bytes.array()));
        }
        return digests;
    }

    /**
     * Throws unless it can be merged into these weights and, as far as it says, is for them. Reads all of them: once
     * for a base is enough.
     *
     * @throws AdapterException if they are of another architecture or precision, or not the weights it was trained on
     */
    public void requireBase(Weights weights) {
        requireArchitecture(weights);
        String found = weights.digest();
        if (!base().isEmpty() && !base().equals(found)) {
            throw new AdapterException(
                    "the adapter is for base weights with digest %s, found %s".formatted(base(), found));
        }
    }

    /**
     * New weights with the adapter in them; the caller closes them. Bit for bit what the adapter was trained as.
     *
     * @param base the weights that it is for, in full precision; not changed
     * @throws AdapterException if they are of another architecture or precision
     */
    public Weights mergeInto(Weights base) {
        requireArchitecture(base);
        ByteBuffer canonical =
                ByteBuffer.allocateDirect(Math.toIntExact(base.byteCount())).order(ByteOrder.LITTLE_ENDIAN);
        try (TensorScope merging = TensorScope.open()) {
            adapted(merging, base.tensors(), tensors, false).forEach(tensor -> tensor.copyTo(canonical));
        }
        return Weights.fromBytes(config, canonical.flip());
    }

    /**
     * The decoder's weights with the adapter in them, recorded for {@link io.coffey.torch.Gradients#backward}.
     *
     * @param base the parameters of the base in the order of their layout; those that no matrix changes are in the
     *     result as they are
     * @param leaves stand for {@link #tensors}, one by one
     */
    public List<Tensor> adaptedWithGradient(TensorScope scope, List<Tensor> base, List<Tensor> leaves) {
        return adapted(scope, base, leaves, true);
    }

    private List<Tensor> adapted(TensorScope scope, List<Tensor> base, List<Tensor> pairs, boolean recorded) {
        List<Tensor> adapted = new ArrayList<>(base);
        Tensor scale = scope.scalar(settings().scale());
        int next = 0;
        while (next < layout.matrices().size()) {
            int entry = layout.matrices().get(next).entry();
            List<Tensor> factors = new ArrayList<>();
            List<Long> bounds = new ArrayList<>();
            for (;
                    next < layout.matrices().size()
                            && layout.matrices().get(next).entry() == entry;
                    next++) {
                AdapterLayout.Matrix matrix = layout.matrices().get(next);
                factors.addAll(pairs.subList(2 * next, 2 * next + 2));
                bounds.addAll(List.of(matrix.firstRow(), matrix.rows()));
            }
            Tensor rows = scope.longs(bounds.stream().mapToLong(Long::longValue).toArray(), bounds.size());
            Object[] arguments = {base.get(entry), factors, rows, scale};
            adapted.set(
                    entry,
                    (recorded
                                    ? SCRIPT.callWithGradient(scope, "adapted", arguments)
                                    : SCRIPT.call(scope, "adapted", arguments))
                            .get(0));
        }
        return adapted;
    }

    private void requireArchitecture(Weights base) {
        if (base.precision() != Precision.F32) {
            throw new AdapterException(
                    "an adapter is merged into base weights in full precision, found " + base.precision());
        }
        if (!base.layout().entries().equals(WeightsLayout.of(config).entries())) {
            throw new AdapterException("the adapter is for a decoder of %d parameters, found base weights of %d"
                    .formatted(WeightsLayout.of(config).size(), base.layout().size()));
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
