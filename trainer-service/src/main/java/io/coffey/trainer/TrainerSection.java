// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Section {@code trainer} of the run file. */
public interface TrainerSection extends OptimizationSection {

    /** Optimiser steps of the run. */
    @Range("[1, inf)")
    long steps();

    /** Trajectories an optimiser step takes. */
    @WithDefault("64")
    @Range("[1, inf)")
    int batch();

    /** How much each trajectory counts. */
    WeightingSection weighting();

    /** Which trajectories or tokens of a batch are trained. */
    FilterSection filter();

    /** Where the teacher is softened because a completion is private. */
    PrivacySection privacy();

    /**
     * Another run whose scored trajectories are trained, in the order of its log and without a request of one's own;
     * absent for a run that samples.
     */
    Optional<String> reads();

    /** Another run, too, whose batches are trained, record by record. */
    ForkSection fork();

    /** How trajectories become batches: lockstep, pipelined, async, or snapshot for preference pairs. */
    @WithDefault("lockstep")
    Order order();

    /**
     * Most optimiser steps by which a trained token's weights may lag behind; 0 is truly synchronous. In a snapshot,
     * the batches sampled ahead.
     */
    @WithDefault("0")
    @Range("[0, inf)")
    int maxStaleness();

    /** Optimiser steps between published versions. */
    @WithDefault("1")
    @Range("[1, inf)")
    int publishEvery();

    /** Optimiser steps between checkpoints. */
    @WithDefault("50")
    @Range("[1, inf)")
    int checkpointEvery();

    /** Checkpoints kept; older ones are deleted. */
    @WithDefault("2")
    @Range("[1, inf)")
    int keepCheckpoints();

    /** An adapter of the student learns and is published instead of all weights. */
    LoraSection lora();

    /** Peak learning rate. */
    @WithDefault("1e-6")
    @Range("(0, inf)")
    double learningRate();

    /** Share of the run, at its end, over which the learning rate is multiplied by {@link #decayFactor()}. */
    @WithDefault("0")
    @Range("[0, 1]")
    double decayShare();

    /** Factor of the learning rate over the last {@link #decayShare()} of the run. */
    @WithDefault("1")
    @Range("(0, 1]")
    double decayFactor();

    /** Steps in a row without anything to train after which the run stops. */
    @WithDefault("3")
    @Range("[0, inf)")
    int maxEmptySteps();

    /** Steps in a row with a gradient that is not finite after which the run stops as diverged. */
    @WithDefault("10")
    @Range("[0, inf)")
    int maxNonFiniteSteps();

    /** Native threads of a trainer that is a process of its own. Part of a run's repeatability. */
    @WithDefault("1")
    @Range("[1, 1024]")
    int threads();

    /** Size of the pieces in which weights are published, in bytes. */
    @WithDefault("1000000")
    @Range("[1024, 4000000]")
    int chunkBytes();
}
