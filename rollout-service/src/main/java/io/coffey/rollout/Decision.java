// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;

/** What to do next about the weights in use and the request at the head of the queue. */
public sealed interface Decision {

    /** The head may start with the weights in use. */
    record Admit() implements Decision {}

    /** The engine moves to these weights; then decide again. */
    record Move(PolicyVersion policy) implements Decision {}

    /** Nothing can change until a request in flight ends or a version is announced. */
    record Wait() implements Decision {}

    /**
     * The head can never start.
     *
     * @param reason why, for the failed trajectory and the dead-letter topic
     */
    record Refuse(String reason) implements Decision {}
}
