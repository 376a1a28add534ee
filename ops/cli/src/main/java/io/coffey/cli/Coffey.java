// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command. */
@Command(
        name = "coffey",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommandsRepeatable = false,
        sortOptions = false,
        header = "Continuous on-policy distillation of language models over Kafka.",
        footer = {
            "",
            "Exit codes: 0 done, 2 settings, 3 broker, 4 models or data, 5 training diverged, 6 a broken promise, 70 a"
                    + " bug.",
            "Start with: coffey run examples/sum/opd.yaml"
        },
        subcommands = {
            RunCommand.class,
            CompareCommand.class,
            SftCommand.class,
            MergeCommand.class,
            EvalCommand.class,
            ScoreCommand.class,
            GenerateCommand.class,
            LoadCommand.class,
            TopicsCommand.class,
            StatusCommand.class,
            ConsoleCommand.class,
            DoctorCommand.class,
            AccessCommand.class,
            PlanCommand.class,
            AuditCommand.class,
            TrajectoriesCommand.class,
            DlqCommand.class,
            ReplayCommand.class,
            ExportRunCommand.class,
            ImportRunCommand.class,
            ChaosCommand.class,
            ObjectivesCommand.class,
            DiagnoseCommand.class,
            SelfcheckCommand.class,
            BenchCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Coffey implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error, and what the libraries log.")
    private boolean debug;

    /** The command with its handlers, ready to execute arguments. */
    public static CommandLine commandLine() {
        Coffey coffey = new Coffey();
        CommandLine line = new CommandLine(coffey);
        line.addSubcommand(StartCommand.commandLine());
        line.setExecutionStrategy(coffey::execute);
        line.setExecutionExceptionHandler(new ErrorReport(() -> coffey.debug));
        line.setParameterExceptionHandler(ErrorReport::parameterProblem);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    public static void main(String[] arguments) {
        Logging.silence();
        System.exit(commandLine().execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command, found none");
    }

    private int execute(CommandLine.ParseResult parsed) {
        if (debug) {
            Logging.toStandardError();
        }
        return new CommandLine.RunLast().execute(parsed);
    }
}
