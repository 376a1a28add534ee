// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import java.util.List;
import java.util.Optional;

/** The batches of another run, record by record in its ledger's order. Single owner, not thread-safe. */
public final class ForkedBatches implements BatchSource {

    private final List<TrainingStep> parent;
    private final Intake intake;

    /**
     * @param parent the other run's ledger, from its first line
     * @param intake what is read of the topic that it trained from
     */
    public ForkedBatches(List<TrainingStep> parent, Intake intake) {
        this.parent = List.copyOf(parent);
        this.intake = intake;
    }

    /** The intake has it already. */
    @Override
    public void offer(Arrival arrival) {}

    /** @throws io.coffey.service.UserException naming a record that is gone or is not the one that was trained */
    @Override
    public Optional<Batch> next(long step) {
        return intake.recall(parent.get(Math.toIntExact(step)));
    }

    @Override
    public int waitingCredits() {
        return 0;
    }
}
