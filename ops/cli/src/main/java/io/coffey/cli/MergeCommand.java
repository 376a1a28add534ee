// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A model with an adapter in it. */
@Command(
        name = "merge",
        header = "Write a model with a LoRA adapter merged into its weights.",
        description = "The result is a Hugging Face directory like that of the model.",
        sortOptions = false)
final class MergeCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(names = "--adapter", required = true, paramLabel = "DIR", description = "The adapter, in PEFT's form.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path adapter;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the merged model goes.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Override
    public void run() {
        ModelDirectory directory = model.open();
        try (Weights merged = AdapterOption.merged(directory, adapter)) {
            directory.save(out, merged);
            spec.commandLine().getOut().printf("wrote %s, weights %s%n", out, merged.digest());
        }
    }
}
