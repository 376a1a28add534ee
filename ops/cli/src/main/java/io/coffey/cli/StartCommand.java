// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.run.EvaluatorMain;
import io.coffey.rollout.RolloutMain;
import io.coffey.scorer.ScorerMain;
import io.coffey.trainer.kafka.TrainerMain;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The services of a run as processes of their own. */
@Command(
        name = "start",
        header = "Start one service of a run as a process of its own, against any cluster.",
        synopsisSubcommandLabel = "SERVICE")
final class StartCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** The command with its services. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new StartCommand());
        add(line, "rollout", "A rollout worker: requests in, sampled trajectories out.", RolloutMain::main);
        add(line, "scorer", "A teacher scorer: trajectories in, scored trajectories out.", ScorerMain::main);
        add(line, "trainer", "The trainer, of which a run has one.", TrainerMain::main);
        add(line, "evaluator", "Evaluates published weights on held-out prompts.", EvaluatorMain::main);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a service, found none");
    }

    private static void add(CommandLine line, String name, String header, Consumer<String[]> main) {
        CommandLine service = new CommandLine(new ServiceCommand(main));
        service.getCommandSpec().usageMessage().header(header);
        line.addSubcommand(name, service);
    }
}
