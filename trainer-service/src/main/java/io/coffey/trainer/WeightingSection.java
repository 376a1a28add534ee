// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** A section {@code weighting}: factors of a trajectory's loss, for any objective. */
public interface WeightingSection {

    /** Judges completions; without one, right and wrong ones count alike. */
    Optional<String> verifier();

    /** Factor of the loss on a completion that is right. */
    @WithDefault("1")
    @Range("[0, inf)")
    double whenRight();

    /** Factor of the loss on a completion that is wrong. */
    @WithDefault("1")
    @Range("[0, inf)")
    double whenWrong();

    /** Further factor of the loss on a completion that was cut at its length limit; 0 trains nothing on it. */
    @WithDefault("1")
    @Range("[0, inf)")
    double whenTruncated();
}
