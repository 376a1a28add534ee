// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Neighbouring steps of a run as one point of its curves. Counts are of these steps alone.
 *
 * @param firstStep first of them
 * @param lastStep last of them
 * @param firstOffset where the record of the first stands in its topic
 * @param firstMillis when the first was written, since 1970-01-01 UTC
 * @param lastMillis when the last was written
 * @param trained trajectories trained
 * @param dropped trajectories taken without being trained
 * @param credits trajectories that were dispatched and came back
 * @param dispatched requests dispatched since the run began
 * @param policyVersion newest version published by then
 * @param metrics by name; what is not finite is left out
 */
public record Bucket(
        long firstStep,
        long lastStep,
        long firstOffset,
        long firstMillis,
        long lastMillis,
        long trained,
        long dropped,
        long credits,
        long dispatched,
        long policyVersion,
        SortedMap<String, Spread> metrics) {

    /** More names than any build writes; a record that has more cannot make a bucket grow. */
    private static final int MOST_METRICS = 100;

    /** A line of the ledger. */
    static Bucket of(TrainingStep line, long offset, long millis) {
        long back = line.dropped().stream()
                .filter(record -> record.reason() == DropReason.EXPIRED || record.reason() == DropReason.FAILED)
                .count();
        return new Bucket(
                line.step(),
                line.step(),
                offset,
                millis,
                millis,
                line.trained().size(),
                line.dropped().size(),
                line.trained().size() + back,
                line.requestsDispatched(),
                line.policyVersionOut(),
                spreads(line.metrics()));
    }

    /** An evaluation, at the step whose weights it is of. */
    static Bucket of(Evaluation evaluation, long offset, long millis) {
        long version = evaluation.policyVersion();
        return new Bucket(version, version, offset, millis, millis, 0, 0, 0, 0, version, spreads(evaluation.metrics()));
    }

    private static SortedMap<String, Spread> spreads(Map<String, Double> metrics) {
        SortedMap<String, Spread> spreads = new TreeMap<>();
        new TreeMap<>(metrics).forEach((name, value) -> {
            if (Double.isFinite(value) && spreads.size() < MOST_METRICS) {
                spreads.put(name, Spread.of(value));
            }
        });
        return spreads;
    }

    /** Both as one, whichever is earlier. */
    Bucket and(Bucket other) {
        if (other.firstStep < firstStep) {
            return other.and(this);
        }
        SortedMap<String, Spread> all = new TreeMap<>(metrics);
        other.metrics.forEach((name, spread) -> {
            if (all.containsKey(name) || all.size() < MOST_METRICS) {
                all.merge(name, spread, Spread::and);
            }
        });
        return new Bucket(
                firstStep,
                Math.max(lastStep, other.lastStep),
                Math.min(firstOffset, other.firstOffset),
                Math.min(firstMillis, other.firstMillis),
                Math.max(lastMillis, other.lastMillis),
                trained + other.trained,
                dropped + other.dropped,
                credits + other.credits,
                Math.max(dispatched, other.dispatched),
                Math.max(policyVersion, other.policyVersion),
                all);
    }
}
