// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.capacity;

import io.coffey.cli.doctor.DiskNeed;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.distillation.objective.Needs;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many workers keep one trainer at work, and what the run then stores. docs/deploying.md has the formulas.
 *
 * @param flow completion tokens a second that have to be sampled and scored
 * @param rollouts rollout workers
 * @param scorers scorers
 * @param partitions of the topics that they share
 * @param samplesInFlight most samples that the run's staleness lets be in flight
 * @param slots samples in flight with which every rollout worker is busy
 * @param stepsPerDay optimiser steps a day
 * @param days how long the run takes
 * @param bytesPerDay what is written, by topic, one copy and uncompressed
 * @param snapshotBytes one full snapshot of the weights
 * @param replication copies of every record
 */
public record CapacityPlan(
        double flow,
        int rollouts,
        int scorers,
        int partitions,
        long samplesInFlight,
        long slots,
        double stepsPerDay,
        double days,
        Map<String, Double> bytesPerDay,
        long snapshotBytes,
        int replication) {

    private static final double DAY = 86_400;
    private static final double REQUEST_BYTES = 256;
    private static final double LEDGER_LINE_BYTES = 4096;
    private static final double TRAINED_RECORD_BYTES = 64;

    /** What the workers of a role may do at once: room for as many again without a new topic. */
    private static final int ROOM_TO_GROW = 2;

    /**
     * How fast one worker is.
     *
     * @param rollout completion tokens that one rollout worker samples in a second
     * @param scorer completion tokens that one scorer scores in a second
     * @param headroom share by which workers are to be faster than the trainer
     */
    public record Workers(double rollout, double scorer, double headroom) {}

    /**
     * A plan.
     *
     * @param needs what the objective has attached to a trajectory
     * @param snapshotBytes size of the student's weights
     */
    public static CapacityPlan of(
            LocalRunSettings settings, Rates rates, Workers workers, Needs needs, long snapshotBytes) {
        double flow = rates.trainer() / (1 - rates.dropped());
        int rollouts = count(flow, workers.rollout(), workers.headroom());
        int scorers = count(flow, workers.scorer(), workers.headroom());
        int batch = settings.trainer().batch();
        double stepsPerDay = DAY * rates.trainer() / (batch * rates.length());
        double trajectoriesPerDay = DAY * flow / rates.length();
        Map<String, Double> bytes = new LinkedHashMap<>();
        bytes.put("rollout-requests", trajectoriesPerDay / settings.sampling().samplesPerPrompt() * REQUEST_BYTES);
        bytes.put("trajectories", trajectoriesPerDay * DiskNeed.trajectoryBytes(rates.length(), needs));
        bytes.put("scored-trajectories", trajectoriesPerDay * DiskNeed.scoredBytes(rates.length(), needs));
        bytes.put("training-steps", stepsPerDay * (LEDGER_LINE_BYTES + batch * TRAINED_RECORD_BYTES));
        bytes.put(
                "policy-weights",
                settings.trainer().lora().rank() > 0
                        ? 0
                        : stepsPerDay / settings.trainer().publishEvery() * snapshotBytes);
        return new CapacityPlan(
                flow,
                rollouts,
                scorers,
                ROOM_TO_GROW * Math.max(rollouts, scorers),
                (settings.trainer().maxStaleness() + 1L) * batch,
                (long) rollouts * settings.rollout().slots(),
                stepsPerDay,
                settings.trainer().steps() / stepsPerDay,
                bytes,
                snapshotBytes,
                settings.topics().replication());
    }

    private static int count(double flow, double rate, double headroom) {
        return (int) Math.ceil(flow * (1 + headroom) / rate);
    }

    /** What is kept for as long as the run is to be trained again, of one day, one copy. */
    public double keptBytesPerDay() {
        return bytesPerDay.entrySet().stream()
                .filter(entry -> !entry.getKey().equals("rollout-requests")
                        && !entry.getKey().equals("policy-weights"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
