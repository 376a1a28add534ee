// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.List;

/**
 * How much work is let in, and when. Every step takes back exactly one batch of credits and lets the next one out, so
 * that never more than {@code (lookahead + 1) x batch} samples are in flight: back-pressure and the staleness bound are
 * one mechanism.
 *
 * @param order how trajectories become batches
 * @param batch trajectories a step takes
 * @param samplesPerPrompt trajectories a request asks for
 * @param maxStaleness most optimiser steps by which a trained token's weights may lag behind; in a snapshot, where none
 *     is ever too old, the generations that may be in flight beside the one being trained
 * @param publishEvery optimiser steps between published versions
 */
public record Pace(Order order, int batch, int samplesPerPrompt, int maxStaleness, int publishEvery) {

    public Pace {
        if (batch < 1 || samplesPerPrompt < 1 || batch % samplesPerPrompt != 0) {
            throw new IllegalArgumentException(
                    "trainer.batch must be a positive multiple of sampling.samplesPerPrompt, found %d and %d"
                            .formatted(batch, samplesPerPrompt));
        }
        if (publishEvery < 1 || (!order.ofTheBeginning() && maxStaleness < publishEvery - 1)) {
            throw new IllegalArgumentException(
                    ("trainer.maxStaleness must be at least trainer.publishEvery - 1, since weights age between"
                                    + " publications, found %d and %d")
                            .formatted(maxStaleness, publishEvery));
        }
    }

    /** Generations that may be in flight beside the one being trained. */
    public int lookahead() {
        return order.ofTheBeginning() ? maxStaleness : maxStaleness - (publishEvery - 1);
    }

    /** Requests of one generation. */
    public int requestsPerStep() {
        return batch / samplesPerPrompt;
    }

    /** Requests dispatched once the given step is committed; step 0 opens the run. */
    public long dispatchedAfter(long step) {
        return (step + 1 + lookahead()) * requestsPerStep();
    }

    /** The version that requests name when so much is the newest. */
    public long requestedVersion(long newest) {
        return order.ofTheBeginning() ? 0 : newest;
    }

    /** Whether tokens whose weights lag so many optimiser steps behind may be trained no more. */
    public boolean expires(long staleness) {
        return !order.ofTheBeginning() && staleness > maxStaleness;
    }

    /** Whether the given step publishes weights. */
    public boolean publishes(long step) {
        return step % publishEvery == 0;
    }

    /** Ids of the trajectories that make the batch of a step in the orders that go by generation, in batch order. */
    public List<String> generationOf(long step) {
        List<String> ids = new ArrayList<>(batch);
        long first = (step - 1) * requestsPerStep();
        for (long request = first; request < first + requestsPerStep(); request++) {
            for (int sample = 0; sample < samplesPerPrompt; sample++) {
                ids.add(Trajectory.id(request, sample));
            }
        }
        return ids;
    }
}
