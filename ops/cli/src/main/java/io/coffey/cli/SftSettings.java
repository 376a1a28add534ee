// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.service.Range;
import io.coffey.training.LearningRate;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The file of {@code coffey sft}. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
interface SftSettings {

    /** Supervised fine-tuning. */
    Section sft();

    /** The section {@code sft}. */
    interface Section {
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

        /** Shape of the learning rate over the run. */
        @WithDefault("constant")
        LearningRate.Schedule schedule();

        /** Steps over which the learning rate rises from zero. */
        @WithDefault("0")
        @Range("[0, inf)")
        long warmupSteps();

        /** What a falling schedule ends at, as a factor of the peak. */
        @WithDefault("0")
        @Range("[0, 1]")
        double finalFactor();

        /** AdamW's first-moment decay. */
        @WithDefault("0.9")
        @Range("[0, 1)")
        double beta1();

        /** AdamW's second-moment decay. */
        @WithDefault("0.999")
        @Range("[0, 1)")
        double beta2();

        /** AdamW's epsilon. */
        @WithDefault("1e-8")
        @Range("(0, inf)")
        double epsilon();

        /** AdamW's decoupled weight decay. */
        @WithDefault("0")
        @Range("[0, inf)")
        double weightDecay();

        /** Gradients are scaled down to this global norm. */
        @WithDefault("1")
        @Range("(0, inf)")
        double maxGradientNorm();

        /** Most tokens, padding included, in one forward pass. */
        @WithDefault("4096")
        @Range("[1, inf)")
        int microBatchTokens();

        /** Decides the order of the examples, and new weights. */
        @WithDefault("0")
        long seed();

        /** Threads of one tensor operation. */
        @WithDefault("1")
        @Range("[1, 1024]")
        int threads();
    }
}
