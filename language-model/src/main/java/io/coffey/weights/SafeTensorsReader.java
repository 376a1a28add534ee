// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The tensors of a safetensors file, or of a model cut into shards. Opening reads and checks headers only; the data is
 * mapped into memory piece by piece when a tensor is read. Immutable; safe for use by several threads.
 */
public final class SafeTensorsReader {

    /** The file of a model in one piece. */
    public static final String SINGLE_FILE = "model.safetensors";

    /** The index of a model in several pieces. */
    public static final String INDEX_FILE = "model.safetensors.index.json";

    private static final long WINDOW_BYTES = 256L << 20;

    /** Elements that are read, checked and written while they are in the processor's nearest cache. */
    private static final int BLOCK = 4096;

    private final Map<String, StoredTensor> tensors;

    private SafeTensorsReader(Map<String, StoredTensor> tensors) {
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Opens the weights of a model directory: {@value #SINGLE_FILE}, or else the shards that {@value #INDEX_FILE}
     * names.
     *
     * @throws WeightsException if there are none, or a file is not a sound safetensors file
     */
    public static SafeTensorsReader openDirectory(Path directory) {
        Path single = directory.resolve(SINGLE_FILE);
        if (Files.exists(single)) {
            return openFile(single);
        }
        Path index = directory.resolve(INDEX_FILE);
        if (Files.exists(index)) {
            return openShards(index);
        }
        throw new WeightsException(
                "%s: expected %s or %s, found neither".formatted(directory, SINGLE_FILE, INDEX_FILE));
    }

    /**
     * Opens one safetensors file.
     *
     * @throws WeightsException if it is missing or not sound
     */
    public static SafeTensorsReader openFile(Path file) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        readHeader(file, tensors);
        return new SafeTensorsReader(tensors);
    }

    private static SafeTensorsReader openShards(Path index) {
        Map<String, String> shards;
        try {
            shards = ShardIndex.read(index);
        } catch (CharacterCodingException e) {
            throw new WeightsException(index + ": expected text in UTF-8", e);
        } catch (IOException e) {
            throw new WeightsException("%s: cannot be read: %s".formatted(index, e), e);
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (String shard : new TreeSet<>(shards.values())) {
            readHeader(index.resolveSibling(shard), tensors);
        }
        for (StoredTensor tensor : tensors.values()) {
            String expected = shards.get(tensor.name());
            String found = String.valueOf(tensor.file().getFileName());
            if (!found.equals(expected)) {
                throw new WeightsException("%s: tensor %s: expected in %s, found in %s"
                        .formatted(
                                index,
                                HeaderJson.quote(tensor.name()),
                                expected == null ? "no shard" : expected,
                                found));
            }
        }
        for (String name : shards.keySet()) {
            if (!tensors.containsKey(name)) {
                throw new WeightsException("%s: tensor %s: expected in %s, found in no shard"
                        .formatted(index, HeaderJson.quote(name), shards.get(name)));
            }
        }
        return new SafeTensorsReader(tensors);
    }

    private static void readHeader(Path file, Map<String, StoredTensor> tensors) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (StoredTensor tensor : SafeTensorsHeader.read(file, channel)) {
                StoredTensor other = tensors.putIfAbsent(tensor.name(), tensor);
                if (other != null) {
                    throw new WeightsException("%s: tensor %s is also in %s"
                            .formatted(
                                    file,
                                    HeaderJson.quote(tensor.name()),
                                    other.file().getFileName()));
                }
            }
        } catch (NoSuchFileException e) {
            throw new WeightsException(file + ": no such file", e);
        } catch (IOException e) {
            throw new WeightsException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }

    /** The tensors by name, in the order of the files and of their bytes. */
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /**
     * The tensor of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + HeaderJson.quote(name));
        }
        return tensor;
    }

    /**
     * Appends the elements of a tensor to {@code target} as little-endian F32.
     *
     * @param target has room for {@link StoredTensor#elements()} x 4 bytes
     * @throws IllegalArgumentException if there is no such tensor or not enough room
     * @throws WeightsException if the file cannot be read, or an element is not a finite number
     */
    public void read(String name, ByteBuffer target) {
        StoredTensor tensor = tensor(name);
        if (tensor.elements() > target.remaining() / Float.BYTES) {
            throw new IllegalArgumentException("tensor %s has %d elements, the target has room for %d"
                    .formatted(HeaderJson.quote(name), tensor.elements(), target.remaining() / Float.BYTES));
        }
        IntBuffer bits = target.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ)) {
            long end = tensor.position() + tensor.bytes();
            requireUnchanged(tensor, channel, end);
            for (long position = tensor.position(); position < end; position += WINDOW_BYTES) {
                ByteBuffer window =
                        channel.map(FileChannel.MapMode.READ_ONLY, position, Math.min(WINDOW_BYTES, end - position));
                read(tensor, window.order(ByteOrder.LITTLE_ENDIAN), bits);
            }
        } catch (IOException e) {
            throw new WeightsException("%s: cannot be read: %s".formatted(tensor.file(), e), e);
        }
        target.position(target.position() + bits.position() * Float.BYTES);
    }

    private static void read(StoredTensor tensor, ByteBuffer window, IntBuffer target) {
        int[] block = new int[BLOCK];
        int bytes = tensor.type().bytes();
        while (window.hasRemaining()) {
            int count = Math.min(BLOCK, window.remaining() / bytes);
            tensor.type().widen(window, block, count);
            window.position(window.position() + count * bytes);
            requireFinite(tensor, block, count, target.position());
            target.put(block, 0, count);
        }
    }

    private static void requireFinite(StoredTensor tensor, int[] block, int count, int start) {
        int all = 0;
        for (int i = 0; i < count; i++) {
            all |= exponentOverflow(block[i]);
        }
        for (int i = 0; all < 0 && i < count; i++) {
            if (exponentOverflow(block[i]) < 0) {
                throw new WeightsException("%s: tensor %s: expected finite numbers, found %s at element %d"
                        .formatted(
                                tensor.file(),
                                HeaderJson.quote(tensor.name()),
                                Float.intBitsToFloat(block[i]),
                                start + i));
            }
        }
    }

    /** Negative for the bits of infinities and of what is not a number: their exponent is all ones. */
    private static int exponentOverflow(int bits) {
        return (bits & 0x7fff_ffff) + 0x0080_0000;
    }

    /** A map beyond the end of a file that shrank since its header was read would end the process. */
    private static void requireUnchanged(StoredTensor tensor, FileChannel channel, long end) throws IOException {
        if (channel.size() < end) {
            throw new WeightsException("%s: expected at least %d bytes, found %d: the file was cut after it was opened"
                    .formatted(tensor.file(), end, channel.size()));
        }
    }
}
