// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import java.util.List;
import java.util.Map;

/**
 * One line of the ledger: what an optimiser step trained, in order, and what came of it. The committed line is the only
 * commit point of a run; recovery and replay are the reading of these lines.
 *
 * @param runId run it belongs to
 * @param step optimiser step; 0 opens the run, trains nothing and publishes the initial weights
 * @param policyVersionIn newest version published before the step
 * @param policyVersionOut newest version published with the step; the same when the step published none
 * @param trained the records trained, in the order of the batch
 * @param dropped the records taken from the stream without being trained, and why
 * @param nextOffsets by partition of the scored topic: everything before is trained or dropped
 * @param requestsDispatched requests dispatched since the run began, this step's included
 * @param objective name of the objective
 * @param settingsHash hash of all settings that decide the result
 * @param seed seed of the run
 * @param teacherRevisions by teacher id: digest of the weights that scored the batch
 * @param digestBefore sha256 of the student's weights before the step
 * @param digestAfter sha256 of the student's weights after the step
 * @param metrics what was measured, by name
 * @param controllers state of controllers that decide later steps (length stage, token selection), by name
 * @param settings all settings that decide the result, by name; only in step 0, so that the log alone tells what a run
 *     was
 * @param environment what beside the settings decides last bits, by name; only in step 0 and in the first step of every
 *     process that trains
 */
public record TrainingStep(
        String runId,
        long step,
        long policyVersionIn,
        long policyVersionOut,
        List<TrainedRecord> trained,
        List<DroppedRecord> dropped,
        Map<Integer, Long> nextOffsets,
        long requestsDispatched,
        String objective,
        String settingsHash,
        long seed,
        Map<String, String> teacherRevisions,
        String digestBefore,
        String digestAfter,
        Map<String, Double> metrics,
        Map<String, Double> controllers,
        Map<String, String> settings,
        Map<String, String> environment) {

    public TrainingStep {
        Require.that(step >= 0, "training step must be 0 or more, found %d", step);
        trained = List.copyOf(trained);
        dropped = List.copyOf(dropped);
        nextOffsets = Map.copyOf(nextOffsets);
        teacherRevisions = Map.copyOf(teacherRevisions);
        metrics = Map.copyOf(metrics);
        controllers = Map.copyOf(controllers);
        settings = Map.copyOf(settings);
        environment = Map.copyOf(environment);
    }

    /**
     * A record of the scored topic that was trained.
     *
     * @param partition partition of the scored topic
     * @param offset offset in it
     * @param trajectory id of the trajectory
     * @param checksum CRC-32C of the record's value as it was trained
     */
    public record TrainedRecord(int partition, long offset, String trajectory, int checksum) {}

    /**
     * A record of the scored topic that was not trained.
     *
     * @param partition partition of the scored topic
     * @param offset offset in it
     * @param trajectory id of the trajectory; empty when the record could not be read
     * @param reason why it was not trained
     */
    public record DroppedRecord(int partition, long offset, String trajectory, DropReason reason) {}

    /** Why a record of the stream is not trained. Every reason but the last two gives a credit back. */
    public enum DropReason {
        /** Its weights were older than the staleness bound allows. */
        EXPIRED,
        /** It came back without a result. */
        FAILED,
        /** The same sample had been taken before. */
        DUPLICATE,
        /** It is not of this run, or cannot be decoded. */
        FOREIGN
    }
}
