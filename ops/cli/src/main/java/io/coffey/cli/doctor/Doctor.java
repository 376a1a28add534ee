// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.cli.access.Role;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunDirectory;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.service.SettingsException;
import io.coffey.service.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Examines a run from its file: everything that can still be looked at after a failure is. */
public final class Doctor {

    private final Examination examination;
    private final Set<Role> roles;

    /**
     * @param examination is told what is found
     * @param roles processes that are to work with the run file's credentials
     */
    public Doctor(Examination examination, Set<Role> roles) {
        this.examination = examination;
        this.roles = roles;
    }

    /**
     * Examines.
     *
     * @param file run file
     * @param overrides settings that go over the file's
     * @param environment environment of the process
     */
    public void examine(Path file, Map<String, String> overrides, Map<String, String> environment) {
        Optional<LocalRunSettings> settings = settings(file, overrides, environment);
        if (settings.isEmpty()) {
            examination.skip("run", "nothing more can be looked at without settings");
            return;
        }
        new LocalChecks(examination, settings.get()).run();
        broker(settings.get());
    }

    /**
     * Where the settings do not go together, or name what is not there, most of the rest can be looked at all the same.
     */
    private Optional<LocalRunSettings> settings(
            Path file, Map<String, String> overrides, Map<String, String> environment) {
        Optional<LocalRunSettings> whole = examination.attempt("settings", () -> {
            try {
                return RunSettingsReader.read(file, overrides, environment).values();
            } catch (SettingsException e) {
                throw new UserException(e.exitCode(), String.join("; ", e.problems()), e);
            }
        });
        if (whole.isPresent()) {
            examination.ok("settings", file + ": run " + whole.get().run().name());
            return whole;
        }
        try {
            return Optional.of(
                    RunSettingsReader.readValues(file, overrides, environment).values());
        } catch (UserException reported) {
            return Optional.empty();
        }
    }

    private void broker(LocalRunSettings settings) {
        Path own = RunDirectory.of(settings.run()).broker();
        if (settings.kafka().local() && !Files.isDirectory(own)) {
            examination.ok("broker", "none yet: coffey run starts one in " + own);
            BrokerChecks.skipFurther(examination, "there is no broker yet");
            return;
        }
        Optional<RunConnection> connection = examination.attempt(
                "broker",
                () -> RunConnection.open(
                        settings.run(), settings.kafka(), settings.trainer().reads()));
        if (connection.isEmpty()) {
            BrokerChecks.skipFurther(examination, "no usable broker answers");
            return;
        }
        examination.attempt("broker", () -> {
            try (RunConnection open = connection.get()) {
                new BrokerChecks(examination, settings, open.clients(), roles).run();
            }
            return own;
        });
    }
}
