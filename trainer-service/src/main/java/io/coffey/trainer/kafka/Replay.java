// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import io.coffey.trainer.Intake;
import io.coffey.trainer.LocalStudent;
import io.coffey.trainer.Student;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.Weighting;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Trains a run again, from the initial student, the ledger, the prompts and the scored topic alone: no checkpoint, no
 * rollout, no teacher. Reads only; the run itself may be going on.
 */
public final class Replay {

    private final TrainerJob job;
    private final KafkaClients clients;
    private final Topics topics;
    private final Codecs codecs;

    /**
     * @param job what the run trained, with the settings that it began with
     * @param clients ways to the broker
     * @param topics the run's topics
     * @param codecs of its records
     */
    public Replay(TrainerJob job, KafkaClients clients, Topics topics, Codecs codecs) {
        this.job = job;
        this.clients = clients;
        this.topics = topics;
        this.codecs = codecs;
    }

    /**
     * What came of it.
     *
     * @param step last step that was trained again
     * @param ledgerEnd last step of the ledger
     * @param learned canonical bytes of what has learned after the step: weights, or an adapter
     * @param digest their SHA-256, which the ledger names, too
     * @param optimizerState bytes of the optimiser's state after the step
     */
    public record Result(long step, long ledgerEnd, byte[] learned, String digest, byte[] optimizerState) {}

    /**
     * Trains the steps up to the given one, each held to the ledger's digest.
     *
     * @param to last step to train; the ledger's last where that is less
     * @param progress told of every step
     * @param stopping ends it early
     * @throws UserException naming the first step that does not come out as the ledger says, and what differs
     */
    public Result run(long to, TrainerProgress progress, BooleanSupplier stopping) {
        List<TrainingStep> ledger = Ledger.read(clients, topics, codecs, job.runId());
        if (ledger.isEmpty()) {
            throw new UserException(
                    ExitCode.DATA,
                    "topic %s holds no step: run %s was never begun".formatted(topics.trainingSteps(), job.runId()));
        }
        List<TrainingStep> lines =
                ledger.stream().filter(line -> line.step() <= to).toList();
        ObjectiveLoss objective = job.objective().compile(job.student().config().vocabularySize());
        try (ScoredLog scoredLog = ScoredLog.of(
                        job,
                        topics,
                        codecs,
                        clients.assignedConsumer("replay-" + job.runId()),
                        scored -> job.requireTrainable(objective, scored));
                Student student = LocalStudent.open(job, objective, weighting())) {
            Recovery recovery = new Recovery(job, step -> Optional.empty(), lines);
            recovery.restore(student);
            Intake intake = scoredLog.open(
                    recovery.state().nextOffsets(), recovery.state().takenAhead());
            recovery.replay(scoredLog, intake, student, progress, stopping);
            TrainingStep last = lines.get((int) progress.replayedSteps());
            return new Result(
                    last.step(), ledger.size() - 1L, student.learned(), student.digest(), student.optimizerState());
        }
    }

    private Weighting weighting() {
        return job.weighting(StoredPrompts.read(clients, topics, codecs, "replay-prompts-" + job.runId())
                .byId());
    }
}
