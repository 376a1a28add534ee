// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterDirectory;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --adapter} of commands that run a model. */
final class AdapterOption {

    @Option(names = "--adapter", paramLabel = "DIR", description = "A LoRA adapter of the model, in PEFT's form.")
    private @Nullable Path adapter;

    /** The model's weights, with the adapter in them if one was given; the caller closes them. */
    Weights weights(ModelDirectory model) {
        return adapter == null ? model.loadWeights() : merged(model, adapter);
    }

    /** The model's weights with an adapter in them; the caller closes them. */
    static Weights merged(ModelDirectory model, Path adapterDirectory) {
        try (Adapter adapter = AdapterDirectory.load(adapterDirectory, model.config());
                Weights base = model.loadWeights()) {
            adapter.requireBase(base);
            return adapter.mergeInto(base);
        }
    }
}
