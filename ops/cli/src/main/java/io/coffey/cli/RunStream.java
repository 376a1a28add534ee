// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.run.StreamSettings;
import io.coffey.service.SettingsLoader;
import java.io.IOException;

/** The log of the run that a run file names, for a command that needs nothing else of it. */
final class RunStream {

    /** What is done with it. */
    interface Use {
        void with(RunLog log);
    }

    private RunStream() {}

    /** Opens the log, uses it and closes it. */
    static void of(RunFileOptions options, Use use) throws IOException {
        StreamSettings settings = SettingsLoader.of(StreamSettings.class)
                .load(options.file(), options.overrides(), System.getenv())
                .values();
        try (RunConnection connection = RunConnection.open(
                settings.run(), settings.kafka(), settings.trainer().reads())) {
            use.with(RunLog.of(settings.run().name(), connection.clients()));
        }
    }
}
