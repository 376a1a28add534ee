// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.ResolvedConfig;
import io.coffey.cli.run.RunDirectory;
import io.coffey.distillation.objective.Objectives;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.LoadedSettings;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts the run of a bundle into a log again: on a broker of its own in the run's folder, or on one that the settings
 * name. What it leaves in the run's folder is a run file for {@code coffey replay}.
 */
public final class RunImport {

    private static final Duration BROKER_LIMIT = Duration.ofSeconds(20);

    private final Bundle bundle;
    private final Map<String, String> overrides;
    private final Map<String, String> environment;
    private final Console console;

    private RunImport(Bundle bundle, Map<String, String> overrides, Map<String, String> environment, Console console) {
        this.bundle = bundle;
        this.overrides = overrides;
        this.environment = environment;
        this.console = console;
    }

    /**
     * Opens a bundle and checks every byte of it.
     *
     * @param overrides settings that go over the bundle's
     * @param environment environment of the process
     * @throws UserException naming the first file that is missing, cut or changed
     */
    public static RunImport of(
            Path path, Map<String, String> overrides, Map<String, String> environment, Console console)
            throws IOException {
        Bundle bundle = Bundle.open(path, file -> console.show("checking " + file));
        return new RunImport(bundle, overrides, environment, console);
    }

    /**
     * Restores the run; its folder appears whole or not at all.
     *
     * @return the run file
     * @throws UserException if the run is there already
     */
    public Path restore() throws IOException {
        RunDirectory target = RunDirectory.of(load(Map.of()).values().run());
        LoadedSettings<LocalRunSettings> loaded = load(places(target));
        LocalRunSettings settings = loaded.values();
        requireName(settings.run().name());
        if (Files.exists(target.path())) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "%s: a run is there already: take another folder with --set run.directory=DIR"
                            .formatted(target.path()));
        }
        RunDirectory making =
                RunDirectory.at(target.path().resolveSibling(settings.run().name() + ".importing"));
        RunDirectory.Claim claim = making.claim();
        try {
            discard(making);
            restoreLog(settings, making);
            copy(Bundle.STUDENT, making.initialStudent());
            copy(Bundle.WARMED_UP, making.warmedUp());
            Files.writeString(making.config(), ResolvedConfig.yaml(loaded));
            Bundle.sync(making.path());
            Files.move(making.path(), target.path(), StandardCopyOption.ATOMIC_MOVE);
            Bundle.force(target.path().toAbsolutePath().resolveSibling(""));
        } finally {
            Bundle.delete(making.path());
            claim.close();
        }
        console.say("run %s, %,d steps, in %s"
                .formatted(bundle.manifest().run(), bundle.manifest().steps(), target.path()));
        return target.config();
    }

    private LoadedSettings<LocalRunSettings> load(Map<String, String> places) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(overrides);
        if (overrides.containsKey("kafka.bootstrapServers")) {
            all.putIfAbsent("kafka.local", "false");
        }
        all.putAll(places);
        return SettingsLoader.of(LocalRunSettings.class)
                .section("objective", Objectives::problems)
                .load(bundle.file(Bundle.RUN_FILE), all, environment);
    }

    /**
     * Where things are once the run's folder is there; teacher and prompts are not, unless somebody puts them there.
     */
    private Map<String, String> places(RunDirectory target) throws IOException {
        LocalRunSettings settings = load(Map.of()).values();
        Map<String, String> places = new LinkedHashMap<>();
        places.put("student.model", target.initialStudent().toString());
        places.put("prompts.file", beside(target, settings.prompts().file()));
        settings.teacher().model().ifPresent(model -> places.put("teacher.model", beside(target, model)));
        return places;
    }

    private static String beside(RunDirectory target, Path path) {
        return target.path().resolve(String.valueOf(path.getFileName())).toString();
    }

    private void requireName(String name) {
        if (!name.equals(bundle.manifest().run())) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "run.name: expected %s, which every record of the run says, found %s: run.directory says where it goes"
                            .formatted(bundle.manifest().run(), name));
        }
    }

    /** What an import that was killed left behind, its broker included; the claim stays. */
    private static void discard(RunDirectory making) throws IOException {
        try (LocalBroker left = new LocalBroker(LocalBroker.Settings.in(making.broker()))) {
            if (LocalBroker.runningIn(making.broker()).isPresent()) {
                left.start();
            }
        }
        Bundle.delete(making.broker());
        Bundle.delete(making.initialStudent());
        Bundle.delete(making.warmedUp());
        Files.deleteIfExists(making.config());
    }

    private void restoreLog(LocalRunSettings settings, RunDirectory making) throws IOException {
        if (!settings.kafka().local()) {
            KafkaClients clients = KafkaClients.of(settings.kafka());
            clients.requireBroker(BROKER_LIMIT);
            new LogImport(bundle, clients, console).restore(settings.topics().replication());
            return;
        }
        console.show("starting the broker");
        try (LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(making.broker()))) {
            broker.start();
            KafkaClients clients =
                    new KafkaClients(broker.bootstrapServers(), settings.kafka().properties());
            new LogImport(bundle, clients, console).restore(1);
        }
    }

    private void copy(String folder, Path target) throws IOException {
        for (Manifest.BundledFile file : bundle.manifest().files()) {
            if (file.name().startsWith(folder + "/")) {
                Files.createDirectories(target);
                Files.copy(
                        bundle.path().resolve(file.name()),
                        target.resolve(file.name().substring(folder.length() + 1)));
            }
        }
    }
}
