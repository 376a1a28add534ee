// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.model.ModelDirectory;
import io.coffey.torch.Torch;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of commands that use one model. */
final class ModelOptions {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "Hugging Face directory of the model.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path model;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of one tensor operation (default: ${DEFAULT-VALUE}).")
    private int threads;

    /** Starts the engine and opens the model. */
    ModelDirectory open() {
        Torch.start(threads);
        return ModelDirectory.open(model);
    }
}
