// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import io.coffey.model.DecoderConfig;
import io.coffey.model.WeightsLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The order, names and shapes of an adapter's matrices, and the rows of the decoder's parameters they change. */
final class AdapterLayout {

    private static final String WEIGHT = ".weight";

    /**
     * A matrix of the decoder that an adapter can change.
     *
     * @param name its Hugging Face name without {@code .weight}
     * @param entry number of the parameter that holds it, in the order of the {@link WeightsLayout}
     * @param firstRow where it begins there
     * @param rows length of what it gives, rows of B
     * @param columns length of what it takes, columns of A
     * @param transposed whether checkpoints have its axes the other way round
     */
    record Matrix(String name, int entry, long firstRow, long rows, long columns, boolean transposed) {

        /** What settings call it. */
        String target() {
            return name.substring(name.lastIndexOf('.') + 1);
        }
    }

    private final int rank;
    private final List<Matrix> matrices;

    private AdapterLayout(int rank, List<Matrix> matrices) {
        this.rank = rank;
        this.matrices = List.copyOf(matrices);
    }

    /**
     * The layout of an adapter.
     *
     * @throws IllegalArgumentException if the decoder has no matrix of one of the targets, or none of that rank
     */
    static AdapterLayout of(DecoderConfig config, AdapterSettings settings) {
        List<Matrix> all = linear(config);
        for (String target : settings.targets()) {
            if (all.stream().noneMatch(matrix -> matrix.target().equals(target))) {
                throw new IllegalArgumentException("targets of an adapter: expected some of %s, found %s"
                        .formatted(String.join(", ", targets(config)), target));
            }
        }
        List<Matrix> matrices = all.stream()
                .filter(matrix -> settings.targets().contains(matrix.target()))
                .toList();
        for (Matrix matrix : matrices) {
            if (settings.rank() > Math.min(matrix.rows(), matrix.columns())) {
                throw new IllegalArgumentException(
                        "rank of an adapter: expected at most %d, the shorter side of %s, found %d"
                                .formatted(Math.min(matrix.rows(), matrix.columns()), matrix.name(), settings.rank()));
            }
        }
        return new AdapterLayout(settings.rank(), matrices);
    }

    /** Names of all targets that a decoder has, sorted. */
    static List<String> targets(DecoderConfig config) {
        TreeSet<String> targets = new TreeSet<>();
        linear(config).forEach(matrix -> targets.add(matrix.target()));
        return List.copyOf(targets);
    }

    /** The adapted matrices in canonical order. */
    List<Matrix> matrices() {
        return matrices;
    }

    /** Shapes of the tensors: A [rank, columns], then B [rows, rank], for each matrix in turn. */
    List<long[]> shapes() {
        List<long[]> shapes = new ArrayList<>();
        for (Matrix matrix : matrices) {
            shapes.add(new long[] {rank, matrix.columns()});
            shapes.add(new long[] {matrix.rows(), rank});
        }
        return shapes;
    }

    /** Names of the tensors as PEFT's files have them after their prefix. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (Matrix matrix : matrices) {
            names.add(matrix.name() + ".lora_A" + WEIGHT);
            names.add(matrix.name() + ".lora_B" + WEIGHT);
        }
        return names;
    }

    /** What PEFT calls {@code fan_in_fan_out}. */
    boolean transposed() {
        return matrices.get(0).transposed();
    }

    /** Bytes of all tensors, f32. */
    long byteCount() {
        return shapes().stream()
                .mapToLong(shape -> Float.BYTES * shape[0] * shape[1])
                .reduce(0, Math::addExact);
    }

    /** The matrices of the layers; embedding and head are read otherwise and are left alone. */
    private static List<Matrix> linear(DecoderConfig config) {
        List<Matrix> matrices = new ArrayList<>();
        List<WeightsLayout.Entry> entries = WeightsLayout.of(config).entries();
        for (int i = 0; i < entries.size(); i++) {
            WeightsLayout.Entry entry = entries.get(i);
            if (entry.shape().size() == 2 && entry.name().startsWith("layers.")) {
                long row = 0;
                for (WeightsLayout.Source source : entry.sources()) {
                    String name = source.name().substring(0, source.name().length() - WEIGHT.length());
                    long columns = entry.shape().get(1);
                    matrices.add(new Matrix(name, i, row, source.rows(), columns, source.transposed()));
                    row += source.rows();
                }
            }
        }
        return matrices;
    }
}
