// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.service.Range;
import io.coffey.trainer.LoraSection;
import io.coffey.trainer.OptimizationSection;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** The file of {@code coffey sft}. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
interface SftSettings {

    /** Supervised fine-tuning. */
    Section sft();

    /** The section {@code sft}. */
    interface Section extends OptimizationSection {
        /** Hugging Face directory of the model to begin with. */
        Path model();

        /** Examples, a JSON object with prompt and completion a line. */
        Path data();

        /** Where the trained model goes; may be the directory of the model. */
        Path output();

        /** Begin with new weights drawn from the seed, whatever weights the model has. */
        @WithDefault("false")
        boolean fresh();

        /** Optimiser steps. */
        @Range("[1, inf)")
        long steps();

        /** Examples a step takes. */
        @WithDefault("64")
        @Range("[1, inf)")
        int batch();

        /** Peak learning rate. */
        @Range("(0, inf)")
        double learningRate();

        /** An adapter instead of all weights. */
        AdapterSection lora();

        /** Decides the order of the examples, new weights, and how an adapter begins. */
        @WithDefault("0")
        long seed();

        /** Threads of one tensor operation. */
        @WithDefault("1")
        @Range("[1, 1024]")
        int threads();
    }

    /** The section {@code sft.lora}: the adapter is then what {@code output} gets. */
    interface AdapterSection extends LoraSection {
        /** Where a whole model with the adapter in it goes as well. */
        Optional<Path> merged();
    }
}
