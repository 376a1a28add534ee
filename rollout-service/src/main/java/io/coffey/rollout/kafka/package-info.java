// SPDX-License-Identifier: Apache-2.0
/**
 * The rollout worker as a service: consumes {@code rollout-requests}, writes {@code trajectories} with the consumed
 * offsets in one transaction, follows {@code policy-versions}. What it does with a request is decided in
 * {@code io.coffey.rollout}; codecs and topics come from {@code io.coffey.stream}, clients and transactions from
 * {@code io.coffey.service}.
 */
@NullMarked
package io.coffey.rollout.kafka;

import org.jspecify.annotations.NullMarked;
