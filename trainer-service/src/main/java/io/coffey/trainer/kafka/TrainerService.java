// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.Health;
import io.coffey.service.KafkaClients;
import io.coffey.service.KafkaErrors;
import io.coffey.service.Service;
import io.coffey.stream.Codecs;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import io.coffey.trainer.BatchSelection;
import io.coffey.trainer.CheckpointStore;
import io.coffey.trainer.Dispatcher;
import io.coffey.trainer.ForkedBatches;
import io.coffey.trainer.Intake;
import io.coffey.trainer.LocalStudent;
import io.coffey.trainer.PromptSequence;
import io.coffey.trainer.Student;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerMetrics;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.Weighting;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer as a service. When it is not certain what became of a transaction it throws everything away and recovers
 * from the ledger, as it does after a crash; when another trainer of the run took over it stops.
 */
public final class TrainerService implements Service {

    private static final Logger log = LoggerFactory.getLogger(TrainerService.class);
    private static final int MOST_RECOVERIES_WITHOUT_PROGRESS = 10;
    private static final long SECONDS_BETWEEN_RECOVERIES = 2;
    private static final Duration TOPICS_LIMIT = Duration.ofSeconds(20);

    private final TrainerJob job;
    private final KafkaClients clients;
    private final Topics topics;
    private final Codecs codecs;
    private final TrainerProgress progress;
    private final BiFunction<ObjectiveLoss, Weighting, Student> students;
    private final Health health = new Health();
    private volatile boolean stopping;

    /**
     * A trainer of a student in this process.
     *
     * @param job what to train
     * @param progress told what is done
     */
    public TrainerService(
            TrainerJob job, KafkaClients clients, Topics topics, Codecs codecs, TrainerProgress progress) {
        this(
                job,
                clients,
                topics,
                codecs,
                progress,
                (objective, weighting) -> LocalStudent.open(job, objective, weighting));
    }

    /** @param students opens the student as training starts with it, once for every recovery */
    public TrainerService(
            TrainerJob job,
            KafkaClients clients,
            Topics topics,
            Codecs codecs,
            TrainerProgress progress,
            BiFunction<ObjectiveLoss, Weighting, Student> students) {
        this.job = job;
        this.clients = clients;
        this.topics = topics;
        this.codecs = codecs;
        this.progress = progress;
        this.students = students;
    }

    @Override
    public String name() {
        return "trainer";
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public void measure(MeterRegistry registry) {
        TrainerMetrics.register(progress, job.pace(), registry);
    }

    /** The consumer group that a run's trainer commits its offsets under. */
    public static String group(String runId) {
        return runId + ".trainer";
    }

    /** Trains until the run has all its steps or {@link #stop} is called. */
    @Override
    public void run() throws InterruptedException {
        ObjectiveLoss objective = job.objective().compile(job.student().config().vocabularySize());
        long stepAtLastFailure = -1;
        int recoveries = 0;
        while (true) {
            health.turned();
            try {
                trainFromLedger(objective);
                return;
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                KafkaErrors.fatal(e).ifPresent(fatal -> {
                    throw fatal;
                });
                TrainingStep last = progress.lastStep();
                long step = last == null ? -1 : last.step();
                recoveries = step > stepAtLastFailure ? 1 : recoveries + 1;
                stepAtLastFailure = step;
                if (recoveries > MOST_RECOVERIES_WITHOUT_PROGRESS) {
                    throw e;
                }
                log.atWarn()
                        .addKeyValue("cause", e.toString())
                        .addKeyValue("step", step)
                        .log("the outcome of a broker call is not known; recovering from the ledger");
                TimeUnit.SECONDS.sleep(SECONDS_BETWEEN_RECOVERIES);
            }
        }
    }

    private void trainFromLedger(ObjectiveLoss objective) {
        List<TrainingStep> parent = parentLines();
        try (StepWriter writer = new StepWriter(
                        job,
                        clients.transactionalProducer("trainer-" + job.runId()),
                        new StreamRecords(topics, codecs));
                ScoredLog scoredLog = ScoredLog.of(
                        job,
                        topics,
                        codecs,
                        clients.assignedConsumer("trainer-" + job.runId(), group(job.runId())),
                        scored -> job.requireTrainable(objective, scored))) {
            writer.open();
            Ledger.requireStable(clients, topics);
            StoredPrompts prompts = prompts(writer);
            try (Student student = students.apply(objective, job.weighting(prompts.byId()))) {
                train(student, writer, scoredLog, dispatcher(prompts), parent);
            }
        }
    }

    private void train(
            Student student, StepWriter writer, ScoredLog scoredLog, Dispatcher dispatcher, List<TrainingStep> parent) {
        CheckpointStore checkpoints = new CheckpointStore(
                job.checkpoints(), student.files(), job.runId(), job.settings().keepCheckpoints());
        List<TrainingStep> lines = Ledger.read(clients, topics, codecs, job.runId());
        Recovery recovery = new Recovery(job, checkpoints::newestAtOrBefore, lines);
        recovery.restore(student);
        requireSameLog(lines);
        Intake intake =
                scoredLog.open(recovery.state().nextOffsets(), recovery.state().takenAhead());
        if (recovery.state().last() != null) {
            progress.committed(recovery.state().last());
        }
        recovery.replay(scoredLog, intake, student, progress, this::stopAsked);
        if (!stopping) {
            health.running();
            new TrainerSession(
                            job,
                            dispatcher,
                            writer,
                            scoredLog,
                            checkpoints,
                            student,
                            recovery.state(),
                            intake,
                            parent.isEmpty()
                                    ? new BatchSelection(job.pace(), recovery.state(), job.readsAnother())
                                    : new ForkedBatches(parent, intake),
                            progress,
                            () -> health.progress(1))
                    .run(this::stopAsked);
        }
    }

    /**
     * Before anything is read of it: the run may have nothing to train again, and would go on with what is another log.
     */
    private void requireSameLog(List<TrainingStep> lines) {
        LogIdentity log = new LogIdentity(() -> clients.assignedConsumer("trainer-reader-" + job.runId()), lines);
        log.requireScored((job.readsAnother() ? new Topics(job.source()) : topics).scoredTrajectories());
        log.requireDispatched(topics);
    }

    /** Checks the run that is read, where there is one; the lines of the one that gives the batches, if any does. */
    private List<TrainingStep> parentLines() {
        if (job.readsAnother()) {
            Topics source = new Topics(job.source());
            clients.requireTopics(List.of(source.scoredTrajectories(), source.trainingSteps()), TOPICS_LIMIT);
            ReadRun.require(job, Ledger.read(clients, source, codecs, job.runId()));
        }
        return job.parent()
                .map(parent -> {
                    clients.requireTopics(List.of(new Topics(parent).trainingSteps()), TOPICS_LIMIT);
                    return ParentRun.read(clients, parent, codecs).linesFor(job);
                })
                .orElse(List.of());
    }

    /** Asked at every turn of a loop, and tells by that of its turning. */
    private boolean stopAsked() {
        health.turned();
        return stopping;
    }

    /** Reads the prompts; one that cannot be read is set aside, and the run goes on with the others. */
    private StoredPrompts prompts(StepWriter writer) {
        StoredPrompts prompts = StoredPrompts.read(clients, topics, codecs, "trainer-reader-" + job.runId());
        if (!prompts.deadLetters().isEmpty()) {
            writer.setAside(prompts.deadLetters());
            progress.setAside(prompts.deadLetters().size());
        }
        return prompts;
    }

    private Dispatcher dispatcher(StoredPrompts prompts) {
        return new Dispatcher(
                job.runId(),
                job.seed(),
                job.pace(),
                new PromptSequence(prompts.byId().values(), job.seed()),
                job.origin(),
                job.sampling(),
                job.curriculum(),
                job.objective().needs(),
                job.student().tokenizer().fingerprint());
    }
}
