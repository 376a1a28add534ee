// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import java.util.Optional;

/** Gives every step its batch. Single owner, not thread-safe. */
public interface BatchSource {

    /** Takes note of an arrival; each must be offered once, in the order of arrival. */
    void offer(Arrival arrival);

    /** The batch of the given step, once all of it is there. */
    Optional<Batch> next(long step);

    /** Credits that have come back and wait to be taken. */
    int waitingCredits();
}
