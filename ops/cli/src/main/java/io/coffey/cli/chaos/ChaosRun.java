// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunDirectory;
import io.coffey.cli.run.RunInputs;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.distillation.objective.Objectives;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import io.coffey.torch.Torch;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.TrainerSettings;
import io.coffey.trainer.kafka.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;

/** The run that is put under fire: a run file, with what it takes to make it as long as the faults. */
public final class ChaosRun {

    /** More steps than any schedule of faults takes; the run is told its length in the end. */
    private static final String WITHOUT_END = "1000000";

    /** Decides the result only where the length of a run does. */
    private static final String STEPS = "trainer.steps";

    private static final int COPIES = 3;

    private final Path file;
    private final int brokerCount;
    private final int workers;
    private final Map<String, String> overrides;
    private final RunDirectory directory;

    /**
     * A run that has not begun.
     *
     * @param file run file
     * @param settings settings that go over the file's
     * @param brokerCount brokers to run it on
     * @param workers scorers, and rollout workers; 1 or 2
     * @throws UserException naming every problem of the settings, or if the run's folder is there
     */
    public ChaosRun(Path file, Map<String, String> settings, int brokerCount, int workers) {
        this.file = file;
        this.brokerCount = brokerCount;
        this.workers = workers;
        this.overrides = new LinkedHashMap<>(settings);
        overrides.put(STEPS, WITHOUT_END);
        overrides.put("trainer.schedule", "constant");
        overrides.put("trainer.decayShare", "0");
        overrides.put("topics.replication", brokerCount == 1 ? "1" : Integer.toString(COPIES));
        overrides.put("kafka.local", "false");
        // Known when the brokers run; until then the settings are only checked.
        overrides.put("kafka.bootstrapServers", "127.0.0.1:1");
        this.directory = RunDirectory.of(settings().run());
        if (Files.exists(directory.path())) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "%s is there: chaos begins a run of its own; remove it, or take another name with --name"
                            .formatted(directory.path()));
        }
    }

    private LocalRunSettings settings() {
        return RunSettingsReader.read(file, overrides, System.getenv()).values();
    }

    int brokerCount() {
        return brokerCount;
    }

    /** The services that are started: all that can be struck, but brokers. */
    List<Target> services() {
        return Target.of(workers).stream()
                .filter(target -> target != Target.BROKER)
                .toList();
    }

    Path brokers() {
        return directory.broker();
    }

    /** Where the output of the services goes; made when missing. */
    Path output() throws IOException {
        return Files.createDirectories(directory.path().resolve("output"));
    }

    /** Makes the run's log ready, and returns the arguments that its services take. */
    List<String> load(String bootstrapServers, Console console) throws IOException {
        overrides.put("kafka.bootstrapServers", bootstrapServers);
        LocalRunSettings settings = settings();
        RunInputs opened = RunInputs.open(settings);
        Torch.start(settings.trainer().threads(), RunInputs.device(settings));
        RunInputs inputs = opened.complete(settings, console);
        log(bootstrapServers).prepare(settings.topics(), inputs, console);
        if (job().decisiveSettings().containsKey(STEPS)) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "%s: what objective %s does depends on the length of the run, which chaos cannot tell in advance; take another objective"
                            .formatted(file, settings.objective().get("type")));
        }
        List<String> arguments = new ArrayList<>(List.of(file.toString()));
        overrides.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }

    RunLog log(String bootstrapServers) {
        return RunLog.of(
                settings().run().name(),
                new KafkaClients(bootstrapServers, settings().kafka().properties()));
    }

    /** What makes a service's run end after so many steps. */
    static String length(long steps) {
        return STEPS + "=" + steps;
    }

    /** Trains the run again from its log. */
    Replay.Result replay(RunLog log) {
        return new Replay(job(), log.clients(), log.topics(), log.codecs())
                .run(Long.MAX_VALUE, new TrainerProgress(), () -> false);
    }

    private TrainerJob job() {
        return TrainerJob.of(SettingsLoader.of(TrainerSettings.class)
                .section("objective", Objectives::problems)
                .load(file, overrides, System.getenv())
                .values());
    }

    /** The sha256 of the optimiser's bytes in the checkpoint of a step; says so where there is no such checkpoint. */
    String optimizerDigest(long step) throws IOException {
        Path optimizer =
                directory.checkpoints().resolve("step-%08d".formatted(step)).resolve("optimizer.bin");
        return Files.exists(optimizer) ? DigestUtils.sha256Hex(Files.readAllBytes(optimizer)) : "no checkpoint";
    }
}
