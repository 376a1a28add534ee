// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import io.coffey.distillation.objective.Objectives;
import io.coffey.service.KafkaClients;
import io.coffey.service.Service;
import io.coffey.service.ServiceMain;
import io.coffey.service.SettingsLoader;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.Topics;
import io.coffey.torch.Torch;
import io.coffey.trainer.Pace;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.TrainerSettings;
import io.coffey.trainer.kafka.TrainerService;
import java.util.Arrays;
import java.util.Set;

/**
 * The trainer with one piece broken on purpose: {@code BREAKAGE RUN_FILE [--set key=value]...}. What it does wrong, the
 * guarantees have to find.
 */
final class BrokenTrainer {

    /** What is broken. */
    enum Breakage {
        /** It writes without transactions; the system property says after how many records it dies. */
        UNTRANSACTIONAL,
        /** It lets in more work than the bound on staleness allows. */
        UNBOUNDED
    }

    /** Records that an untransactional one sends before it dies; 0 for no death. */
    static final String RECORDS_TO_LIVE = "coffey.test.recordsToLive";

    private static final int UNBOUNDED_STALENESS = 6;

    private BrokenTrainer() {}

    public static void main(String[] arguments) {
        Breakage breakage = Breakage.valueOf(arguments[0]);
        ServiceMain.run(Arrays.copyOfRange(arguments, 1, arguments.length), read -> service(breakage, read), Set.of());
    }

    private static Service service(Breakage breakage, ServiceMain.Arguments arguments) {
        TrainerSettings settings = SettingsLoader.of(TrainerSettings.class)
                .section("objective", Objectives::problems)
                .load(arguments.runFile(), arguments.overrides(), arguments.environment())
                .values();
        Torch.start(settings.trainer().threads());
        TrainerJob job = TrainerJob.of(settings);
        KafkaClients sound = KafkaClients.of(settings.kafka());
        return new TrainerService(
                breakage == Breakage.UNBOUNDED ? unbounded(job) : job,
                breakage == Breakage.UNTRANSACTIONAL
                        ? new UntransactionalClients(sound.bootstrapServers(), Integer.getInteger(RECORDS_TO_LIVE, 0))
                        : sound,
                new Topics(settings.run().name()),
                new Codecs(SchemaSource.none()),
                new TrainerProgress());
    }

    private static TrainerJob unbounded(TrainerJob job) {
        Pace pace = job.pace();
        return new TrainerJob(
                job.runId(),
                job.seed(),
                job.settings(),
                new Pace(pace.order(), pace.batch(), pace.samplesPerPrompt(), UNBOUNDED_STALENESS, pace.publishEvery()),
                job.origin(),
                job.sampling(),
                job.curriculum(),
                job.student(),
                job.objective(),
                job.checkpoints(),
                job.warmedUp());
    }
}
