// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** A section {@code curriculum}: completions that may become longer while the student stays undecided enough. */
public interface CurriculumSection {

    /** Length limits in ascending order, up to {@code sampling.maxNewTokens}; absent for that limit all along. */
    @Range("[1, inf)")
    Optional<List<Integer>> lengths();

    /** Mean entropy of the student, in nats, below which no longer limit is tried. */
    @WithDefault("0.3")
    @Range("[0, inf)")
    double minEntropy();

    /** Optimiser steps at a limit over which the entropy is measured. */
    @WithDefault("50")
    @Range("[1, inf)")
    int steps();
}
