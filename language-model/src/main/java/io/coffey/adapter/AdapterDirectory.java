// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import io.coffey.model.DecoderConfig;
import io.coffey.torch.Tensor;
import io.coffey.weights.AtomicFile;
import io.coffey.weights.NamedTensor;
import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.SafeTensorsWriter;
import io.coffey.weights.StoredTensor;
import io.coffey.weights.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An adapter in the form of PEFT: {@code adapter_config.json} and {@code adapter_model.safetensors}. Beside them,
 * {@code base_weights.sha256} holds the digest of the weights that the adapter is for; directories made elsewhere do
 * not have it.
 */
public final class AdapterDirectory {

    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String BASE = "base_weights.sha256";
    private static final String PREFIX = "base_model.model.";
    private static final int DIGEST_LIMIT_BYTES = 100;

    private AdapterDirectory() {}

    /**
     * Reads an adapter; the caller closes it.
     *
     * @param config the decoder it is for
     * @throws AdapterException if it cannot be used with such a decoder
     */
    public static Adapter load(Path directory, DecoderConfig config) {
        Path configFile = directory.resolve(AdapterConfigFile.NAME);
        AdapterSettings settings = AdapterConfigFile.read(configFile);
        AdapterLayout layout;
        try {
            layout = AdapterLayout.of(config, settings);
        } catch (IllegalArgumentException e) {
            throw new AdapterException("%s: %s".formatted(configFile, e.getMessage()), e);
        }
        ByteBuffer elements =
                ByteBuffer.allocateDirect(Math.toIntExact(layout.byteCount())).order(ByteOrder.LITTLE_ENDIAN);
        Path file = directory.resolve(WEIGHTS);
        try {
            SafeTensorsReader stored = SafeTensorsReader.openFile(file);
            requireTensors(file, layout, stored);
            for (String name : layout.names()) {
                stored.read(PREFIX + name, elements);
            }
        } catch (WeightsException e) {
            throw new AdapterException(String.valueOf(e.getMessage()), e);
        }
        return new Adapter(config, new AdapterHeader(settings, base(directory.resolve(BASE))), elements.flip());
    }

    /**
     * Writes an adapter. Each file appears whole or not at all; the same adapter gives the same bytes.
     *
     * @param directory is made if it does not exist
     * @param baseModel name or path of the model that the adapter is for, as PEFT finds it
     * @throws AdapterException if it cannot be written
     */
    public static void save(Path directory, Adapter adapter, String baseModel) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < adapter.tensors().size(); i++) {
            Tensor tensor = adapter.tensors().get(i);
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.byteCount()));
            tensor.copyTo(bytes);
            tensors.add(new NamedTensor(PREFIX + adapter.layout().names().get(i), shape(tensor.shape()), bytes.flip()));
        }
        try {
            Files.createDirectories(directory);
            String config = AdapterConfigFile.text(
                    adapter.settings(), baseModel, adapter.layout().transposed());
            write(directory.resolve(AdapterConfigFile.NAME), config);
            if (adapter.base().isEmpty()) {
                Files.deleteIfExists(directory.resolve(BASE));
            } else {
                write(directory.resolve(BASE), adapter.base() + "\n");
            }
            SafeTensorsWriter.write(directory.resolve(WEIGHTS), tensors);
        } catch (WeightsException e) {
            throw new AdapterException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new AdapterException("%s: the adapter cannot be written: %s".formatted(directory, e), e);
        }
    }

    private static void requireTensors(Path file, AdapterLayout layout, SafeTensorsReader stored) {
        Set<String> unexpected = new HashSet<>(stored.tensors().keySet());
        for (int i = 0; i < layout.names().size(); i++) {
            String name = PREFIX + layout.names().get(i);
            List<Long> expected = shape(layout.shapes().get(i));
            StoredTensor tensor = stored.tensors().get(name);
            if (tensor == null || !tensor.shape().equals(expected)) {
                throw new AdapterException("%s: tensor %s: expected shape %s, found %s"
                        .formatted(file, name, expected, tensor == null ? "none" : tensor.shape()));
            }
            unexpected.remove(name);
        }
        if (!unexpected.isEmpty()) {
            throw new AdapterException("%s: tensor %s is of no target of this decoder"
                    .formatted(file, unexpected.stream().sorted().toList().get(0)));
        }
    }

    private static String base(Path file) {
        try {
            if (!Files.exists(file)) {
                return "";
            }
            String digest = Files.size(file) > DIGEST_LIMIT_BYTES
                    ? ""
                    : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (!digest.matches("[0-9a-f]{64}")) {
                throw new AdapterException(file + ": expected a SHA-256 digest in hex, found something else");
            }
            return digest;
        } catch (IOException e) {
            throw new AdapterException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }

    private static List<Long> shape(long... dimensions) {
        List<Long> shape = new ArrayList<>();
        for (long dimension : dimensions) {
            shape.add(dimension);
        }
        return shape;
    }

    private static void write(Path file, String content) throws IOException {
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8))));
    }
}
