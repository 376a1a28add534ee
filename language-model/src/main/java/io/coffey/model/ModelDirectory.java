// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.tokenizer.Tokenizer;
import io.coffey.tokenizer.TokenizerException;
import io.coffey.weights.AtomicFile;
import io.coffey.weights.NamedTensor;
import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.SafeTensorsWriter;
import io.coffey.weights.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model in the form of Hugging Face: {@code config.json}, weights in safetensors, and a tokenizer. What is there is
 * checked when the directory is opened, the headers of the weights included; the weights themselves are read on demand.
 * Safe for use by several threads.
 */
public final class ModelDirectory {

    /** Files that travel with a model unchanged. */
    private static final List<String> COMPANIONS = List.of(
            Tokenizer.FILE,
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "generation_config.json",
            "chat_template.jinja");

    private final Path path;
    private final ConfigFile configFile;
    private final @Nullable StoredWeights stored;
    private final Precision precision;
    private @Nullable Tokenizer tokenizer;

    private ModelDirectory(Path path, ConfigFile configFile, @Nullable StoredWeights stored, Precision precision) {
        this.path = path;
        this.configFile = configFile;
        this.stored = stored;
        this.precision = precision;
    }

    /**
     * Opens a directory. Weights and tokenizer may be missing until they are asked for; if there are weights, their
     * names and shapes must be exactly those of the config.
     *
     * @throws ModelException if it cannot be used; one line for each problem
     */
    public static ModelDirectory open(Path directory) {
        return open(directory, Precision.F32);
    }

    /**
     * As {@link #open(Path)}.
     *
     * @param precision what its decoder is to compute in
     */
    public static ModelDirectory open(Path directory, Precision precision) {
        ConfigFile configFile = ConfigFile.read(directory.resolve(ConfigFile.NAME));
        boolean weights = Files.exists(directory.resolve(SafeTensorsReader.SINGLE_FILE))
                || Files.exists(directory.resolve(SafeTensorsReader.INDEX_FILE));
        StoredWeights stored = weights ? StoredWeights.open(directory, configFile.config()) : null;
        return new ModelDirectory(directory, configFile, stored, precision);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** The architecture. */
    public DecoderConfig config() {
        return configFile.config();
    }

    /** What its decoder computes in. */
    public Precision precision() {
        return precision;
    }

    /** A decoder of the architecture, in the precision. */
    public Decoder decoder() {
        return new Decoder(config(), precision);
    }

    /** Whether there are weights. */
    public boolean hasWeights() {
        return stored != null;
    }

    /**
     * The tokenizer; loaded once, shared, and alive as long as this object: not to be closed by the caller.
     *
     * @throws ModelException if there is none, or it has ids that the model has not
     */
    public synchronized Tokenizer tokenizer() {
        if (tokenizer == null) {
            Tokenizer loaded;
            try {
                loaded = Tokenizer.load(path);
            } catch (TokenizerException e) {
                throw new ModelException(e);
            }
            if (loaded.vocabularySize() > config().vocabularySize()) {
                loaded.close();
                throw new ModelException("%s: expected at most the %d tokens of vocab_size, found %d"
                        .formatted(path.resolve(Tokenizer.FILE), config().vocabularySize(), loaded.vocabularySize()));
            }
            tokenizer = loaded;
        }
        return tokenizer;
    }

    /**
     * Reads the weights into native memory, in full precision whatever the decoder's, as training wants them; the
     * caller closes them.
     *
     * @throws ModelException if there are none, one takes 2 GiB or more, or one is not finite
     */
    public Weights loadWeights() {
        return loadWeights(Precision.F32);
    }

    /** As {@link #loadWeights()}, in a precision. */
    public Weights loadWeights(Precision precision) {
        if (stored == null) {
            throw new ModelException("%s: expected %s or %s, found neither: the model has no weights"
                    .formatted(path, SafeTensorsReader.SINGLE_FILE, SafeTensorsReader.INDEX_FILE));
        }
        return stored.load(precision);
    }

    /**
     * Writes this model with other weights: the config for single precision, the tokenizer's files as they are, and,
     * last, {@value SafeTensorsReader#SINGLE_FILE}. Each file appears whole or not at all, so that a directory with
     * weights is a whole model. The same weights give the same bytes.
     *
     * @param target is made if it does not exist; may be this directory
     * @throws ModelException if it cannot be written
     */
    public void save(Path target, Weights weights) {
        TensorNames names = stored == null ? TensorNames.of(config()) : stored.names();
        List<NamedTensor> tensors = StoredWeights.tensors(weights.layout(), names, ByteBuffer.wrap(weights.toBytes()));
        try {
            Files.createDirectories(target);
            write(
                    target.resolve(ConfigFile.NAME),
                    configFile.textForSinglePrecision().getBytes(StandardCharsets.UTF_8));
            for (String companion : COMPANIONS) {
                Path source = path.resolve(companion);
                if (Files.exists(source)) {
                    write(target.resolve(companion), Files.readAllBytes(source));
                }
            }
            SafeTensorsWriter.write(target.resolve(SafeTensorsReader.SINGLE_FILE), tensors);
        } catch (WeightsException e) {
            throw new ModelException(e);
        } catch (IOException e) {
            throw new ModelException("%s: the model cannot be written: %s".formatted(target, e), e);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(content)));
    }
}
