// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.model.WeightsLayout;
import io.coffey.weights.NamedTensor;
import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model's directory that is loaded against the clock; deleted when closed. */
final class MeasuredFile implements AutoCloseable {

    private final Path directory;
    private final Path file;
    private final ByteBuffer target;

    /**
     * Writes the weights of a Llama.
     *
     * @param configJson its config.json
     */
    MeasuredFile(String configJson, Weights weights) throws IOException {
        directory = Files.createTempDirectory("coffey-bench");
        file = directory.resolve(SafeTensorsReader.SINGLE_FILE);
        Files.writeString(directory.resolve("config.json"), configJson);
        ByteBuffer canonical = ByteBuffer.wrap(weights.toBytes());
        List<NamedTensor> tensors = new ArrayList<>();
        for (WeightsLayout.Entry entry : weights.layout().entries()) {
            for (WeightsLayout.Source source : entry.sources()) {
                List<Long> shape = new ArrayList<>(entry.shape());
                shape.set(0, source.rows());
                int bytes = (int) (shape.stream().reduce(1L, Math::multiplyExact) * Float.BYTES);
                tensors.add(new NamedTensor(source.name(), shape, canonical.slice(canonical.position(), bytes)));
                canonical.position(canonical.position() + bytes);
            }
        }
        SafeTensorsWriter.write(file, tensors);
        target = ByteBuffer.allocateDirect((int) bytes());
    }

    /** Seconds to make weights of the file. */
    double load() {
        return BenchmarkClock.seconds(
                () -> ModelDirectory.open(directory).loadWeights().close());
    }

    /** Seconds to read the file into memory that is there already. */
    double read() {
        target.clear();
        return BenchmarkClock.seconds(() -> {
            try (FileChannel channel = FileChannel.open(file)) {
                while (target.hasRemaining() && channel.read(target) >= 0) {}
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The size of the file. */
    long bytes() throws IOException {
        return Files.size(file);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(directory.resolve("config.json"));
        Files.deleteIfExists(directory);
    }
}
