// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Section {@code trainer.fork} of the run file; {@code coffey replay --fork} fills it in. */
public interface ForkSection {

    /** The run whose ledger says which records each step takes; absent for a run that chooses by itself. */
    Optional<String> of();

    /** The last step that is taken from that ledger; the run ends with it. */
    @WithDefault("0")
    @Range("[0, inf)")
    long to();
}
