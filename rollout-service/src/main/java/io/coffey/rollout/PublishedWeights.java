// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;

/** Where the weights of an announced version come from. */
@FunctionalInterface
public interface PublishedWeights {

    /**
     * The canonical bytes of all weights of a version, also of one that was published as an adapter.
     *
     * @throws UnusableWeightsException when they are incomplete, or their digest is not the announced one
     */
    byte[] of(PolicyVersion policy) throws UnusableWeightsException;
}
