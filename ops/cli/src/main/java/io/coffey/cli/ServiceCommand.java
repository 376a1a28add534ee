// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One service as a process of its own: its own main, with its log on standard error. */
@Command(
        description = {
            "Reads of the run file what concerns it. Needs kafka.local=false, kafka.bootstrapServers, and a log that coffey"
                    + " load has made ready.",
            "SIGTERM lets it commit what it is at. The log goes to standard error."
        },
        sortOptions = false)
final class ServiceCommand implements Runnable {

    private final Consumer<String[]> main;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    /** @param main the service's main, which ends the process */
    ServiceCommand(Consumer<String[]> main) {
        this.main = main;
    }

    @Override
    public void run() {
        Logging.toStandardError();
        List<String> arguments = new ArrayList<>(List.of(options.file().toString()));
        options.overrides().forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        main.accept(arguments.toArray(String[]::new));
    }
}
