// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.batch.ConfidenceFilter;
import io.coffey.service.Range;
import io.smallrye.config.WithDefault;

/** A section {@code filter}: which trajectories or tokens of a batch are trained, for any objective but of pairs. */
public interface FilterSection {

    /** What is kept or left out: whole trajectories, or tokens. */
    @WithDefault("trajectories")
    ConfidenceFilter.Unit unit();

    /** Share of a batch that is kept because the teacher is surest of it; 1 for all. */
    @WithDefault("1")
    @Range("(0, 1]")
    double confidentShare();

    /** Share of a batch that is kept because it surprised the student most that sampled it; 1 for all. */
    @WithDefault("1")
    @Range("(0, 1]")
    double surprisedShare();

    /** As the trainer applies it. */
    default ConfidenceFilter filter() {
        return new ConfidenceFilter(unit(), confidentShare(), surprisedShare());
    }
}
