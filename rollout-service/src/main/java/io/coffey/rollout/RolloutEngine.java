// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.service.UserException;
import java.util.List;

/**
 * Samples completions from the student: requests in, trajectories out, weights by version. The port is narrow because
 * what stands behind it changes: today a decoder in this process, tomorrow a served engine.
 *
 * <p>Every implementation promises, and its test extends {@code RolloutEngineContract} to show:
 *
 * <ul>
 *   <li>the tokens of a sample depend on the request, the sample's index and the weights alone, never on what else is
 *       in flight;
 *   <li>every token carries the version of the weights that sampled it;
 *   <li>a request that cannot be sampled is answered with failed trajectories that say why, not with an exception.
 * </ul>
 *
 * <p>Used by one thread, the one that opened it.
 */
public interface RolloutEngine extends AutoCloseable {

    /**
     * Samples with these weights from the next {@link #advance} on, also what is half sampled.
     *
     * @param weights canonical bytes of all weights, digest already checked
     * @throws UnusableWeightsException when they cannot be used; the previous ones stay
     * @throws UserException when they are of another model than the engine's
     */
    void use(PolicyVersion policy, byte[] weights) throws UnusableWeightsException;

    /** Samples that a request submitted now could start at once; 0 or less when it would have to wait. */
    int freeSlots();

    /** Samples submitted and neither finished nor abandoned. */
    int active();

    /**
     * Takes a request. Its answer comes from a later {@link #advance}.
     *
     * @param ticket names the request until it is answered; never one that is in flight
     */
    void submit(long ticket, RolloutRequest request);

    /** Drops a request that is in flight: it is never answered. A ticket that is not in flight is ignored. */
    void abandon(long ticket);

    /**
     * Samples on by one token or so, and returns at once when nothing is in flight.
     *
     * @return the requests all of whose samples are finished, in the order in which they finished
     * @throws IllegalStateException when requests are in flight and there are no weights yet
     */
    List<Finished> advance();

    /** Gives back the weights and whatever else the engine holds. */
    @Override
    void close();
}
