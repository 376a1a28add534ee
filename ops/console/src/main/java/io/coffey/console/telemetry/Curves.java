// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

import java.util.List;
import java.util.Optional;

/** The curves of a run as far as they are known. */
public interface Curves {

    /** Whether they hold all that was in the log when they began to be read. */
    boolean caughtUp();

    /** Why they stopped, or could not begin; empty while nothing is wrong. */
    Optional<String> problem();

    /** The ledger, by ascending step; empty before it is caught up. */
    List<Bucket> steps();

    /** The evaluations, by ascending policy version; empty before they are caught up. */
    List<Bucket> evaluations();
}
