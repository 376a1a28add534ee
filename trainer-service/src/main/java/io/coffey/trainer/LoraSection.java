// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** A section {@code lora}: an adapter learns instead of all weights. */
public interface LoraSection {

    /** Rank of the adapter; 0 trains all weights. */
    @WithDefault("0")
    @Range("[0, inf)")
    int rank();

    /** The adapter counts alpha / rank times. */
    @WithDefault("16")
    @Range("(0, inf)")
    double alpha();

    /** Names of the matrices that get one, such as q_proj; all of the layers where not given. */
    Optional<List<String>> targets();
}
