// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import java.util.Map;

/**
 * What the stream costs.
 *
 * @param pipelineRecordsPerSecond trajectories per second from request to committed step, with models that take no time
 * @param rawRecordsPerSecond the same of Kafka clients that do nothing but move the same bytes in the same transactions
 * @param pipelineTime processor time of a trajectory through the pipeline, everything that belongs to its step included
 * @param rawTime the same of raw clients
 * @param bytes mean size of a record's value by kind
 * @param batch trajectories of a step
 * @param inFlight requests let in at once
 * @param outsideModels by order and staleness of the batches: the share of a real run's time in which no model is at
 *     work
 * @param roles by order and staleness, and by role: the share in which that role's model is at work
 */
public record StreamResult(
        double pipelineRecordsPerSecond,
        double rawRecordsPerSecond,
        ProcessorTime pipelineTime,
        ProcessorTime rawTime,
        Map<String, Long> bytes,
        int batch,
        int inFlight,
        Map<String, Double> outsideModels,
        Map<String, Map<String, Double>> roles) {

    /** The pipeline's speed in raw clients'. */
    public double share() {
        return pipelineRecordsPerSecond / rawRecordsPerSecond;
    }
}
