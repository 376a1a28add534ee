// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.objective.Setting;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** All objectives: paper, needs and settings. */
@Command(name = "list", header = "All objectives: paper, needs, settings with their defaults.")
final class ObjectivesListCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (String type : Objectives.types()) {
            Objective objective = Objectives.create(Map.of("type", type));
            out.println(type);
            out.println("  paper: " + objective.paper());
            out.println("  needs: " + String.join(", ", objective.needs().words()));
            for (Setting setting : Objectives.settings(type)) {
                out.println("  %s: %s  (%s; %s)"
                        .formatted(setting.name(), setting.defaultValue(), setting.meaning(), setting.expected()));
            }
            out.println();
        }
        out.flush();
    }
}
