// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.Range;
import io.coffey.training.AdamWSettings;
import io.coffey.training.LearningRate;
import io.coffey.training.StepMemory;
import io.smallrye.config.WithDefault;

/** What sections that train have in common: the optimiser, the learning rate's shape, the use of memory. */
public interface OptimizationSection {

    /** Most tokens, prompts and padding included, in one forward pass; batches above it are split. */
    @WithDefault("4096")
    @Range("[1, inf)")
    int microBatchTokens();

    /** Most completion tokens whose logits are in memory at once. */
    @WithDefault("256")
    @Range("[1, inf)")
    int lossChunkTokens();

    /** Compute activations again on the way back instead of keeping them: less memory, a third more work. */
    @WithDefault("false")
    boolean recompute();

    /** Shape of the learning rate over the run: constant, linear or cosine. */
    @WithDefault("constant")
    LearningRate.Schedule schedule();

    /** What a falling schedule falls to, as a factor of the peak. */
    @WithDefault("0")
    @Range("[0, 1]")
    double finalFactor();

    /** Steps over which the learning rate rises from zero. */
    @WithDefault("0")
    @Range("[0, inf)")
    long warmupSteps();

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

    /** AdamW as the settings say. */
    default AdamWSettings adamW() {
        return new AdamWSettings(beta1(), beta2(), epsilon(), weightDecay(), maxGradientNorm());
    }

    /** The use of memory as the settings say. */
    default StepMemory memory() {
        return new StepMemory(lossChunkTokens(), recompute());
    }
}
