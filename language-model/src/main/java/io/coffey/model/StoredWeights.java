// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.weights.NamedTensor;
import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.WeightsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The weights of a model directory as they lie in its files: found to fit the config, and read one by one. */
final class StoredWeights {

    private final Path directory;
    private final WeightsLayout layout;
    private final SafeTensorsReader reader;
    private final TensorNames names;

    private StoredWeights(Path directory, WeightsLayout layout, SafeTensorsReader reader, TensorNames names) {
        this.directory = directory;
        this.layout = layout;
        this.reader = reader;
        this.names = names;
    }

    /**
     * Reads the headers of a directory's files.
     *
     * @throws ModelException if a file is unsound or the tensors are not those of the config
     */
    static StoredWeights open(Path directory, DecoderConfig config) {
        try {
            SafeTensorsReader reader = SafeTensorsReader.openDirectory(directory);
            TensorNames names = TensorNames.of(config, reader.tensors().keySet());
            LayoutCheck.require(directory, config, names, reader);
            return new StoredWeights(directory, WeightsLayout.of(config), reader, names);
        } catch (WeightsException e) {
            throw new ModelException(e);
        }
    }

    /** What the files call their tensors. */
    TensorNames names() {
        return names;
    }

    /** Reads all of them into native memory. */
    Weights load(Precision precision) {
        long largest = layout.entries().stream()
                .mapToLong(WeightsLayout.Entry::size)
                .max()
                .orElse(0);
        if (largest > Integer.MAX_VALUE / Float.BYTES) {
            throw new ModelException(
                    "%s: expected tensors of less than 2 GiB in single precision, found one of %d bytes"
                            .formatted(directory, largest * Float.BYTES));
        }
        try {
            return Weights.of(layout, precision, this::read);
        } catch (WeightsException e) {
            throw new ModelException(e);
        }
    }

    private void read(WeightsLayout.Entry entry, ByteBuffer target) {
        for (WeightsLayout.Source source : entry.sources()) {
            String name = names.stored(source);
            int start = target.position();
            reader.read(name, target);
            if (source.transposed()) {
                ByteBuffer values =
                        target.slice(start, target.position() - start).order(ByteOrder.LITTLE_ENDIAN);
                List<Long> axes = entry.stored(source);
                target.position(start).put(transposed(values, axes.get(0), axes.get(1)));
            }
        }
    }

    /**
     * Canonical bytes cut into the tensors of a file.
     *
     * @param names what the file is to call them
     */
    static List<NamedTensor> tensors(WeightsLayout layout, TensorNames names, ByteBuffer canonical) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (WeightsLayout.Entry entry : layout.entries()) {
            for (WeightsLayout.Source source : entry.sources()) {
                List<Long> axes = entry.stored(source);
                int bytes = (int) (axes.stream().reduce(1L, Math::multiplyExact) * Float.BYTES);
                ByteBuffer values = canonical.slice(canonical.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
                canonical.position(canonical.position() + bytes);
                if (source.transposed()) {
                    values = transposed(values, axes.get(1), axes.get(0));
                }
                tensors.add(new NamedTensor(names.stored(source), axes, values));
            }
        }
        return tensors;
    }

    /** An f32 matrix [rows, columns] as [columns, rows]. */
    private static ByteBuffer transposed(ByteBuffer matrix, long rows, long columns) {
        ByteBuffer turned = ByteBuffer.allocate(matrix.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        IntBuffer from = matrix.asIntBuffer();
        IntBuffer to = turned.asIntBuffer();
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                to.put(from.get(row * (int) columns + column));
            }
        }
        return turned;
    }
}
