// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.Gson;
import io.coffey.cli.access.Role;
import io.coffey.cli.doctor.Doctor;
import io.coffey.cli.doctor.Examination;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What could keep a run from going well. */
@Command(
        name = "doctor",
        header = "Examine a run before it starts, or while it goes: everything that could keep it from going well.",
        description = {
            "Settings, libtorch, models, tokenizers, prompts, objective, disk, broker, access, topics, and whether the log"
                    + " still holds what the ledger needs. One line a check: ok, warning, FAILED and what to do, or skipped."
                    + " A failure does not end it.",
            "Changes nothing. The run's own broker is started for the moment when it is not running.",
            "Exit code 0 when nothing failed, else that of the first failure."
        },
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {

    private static final Gson JSON = new Gson();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description =
                    "Ask the broker only for what this role needs: ${COMPLETION-CANDIDATES}. Repeatable; all where"
                            + " none is named.")
    private final List<Role> roles = new ArrayList<>();

    @Option(names = "--json", description = "A JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Examination examination = new Examination(
                finding -> {
                    out.println(json ? JSON.toJson(finding.json()) : finding.text());
                    out.flush();
                },
                ErrorReport::outcome);
        Set<Role> asked = roles.isEmpty() ? EnumSet.allOf(Role.class) : EnumSet.copyOf(roles);
        new Doctor(examination, asked).examine(options.file(), options.overrides(), System.getenv());
        return examination.exitCode();
    }
}
