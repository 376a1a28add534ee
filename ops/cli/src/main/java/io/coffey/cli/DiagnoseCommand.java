// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.coffey.cli.diagnose.Diagnosis;
import io.coffey.cli.diagnose.Diagnostician;
import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunInputs;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.verifier.Verifier;
import io.coffey.distillation.verifier.Verifiers;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.torch.Device;
import io.coffey.torch.Torch;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The gradient-alignment diagnostic. */
@Command(
        name = "diagnose",
        header = "See whether what the teacher teaches makes answers right.",
        description = {
            "At the places of a few rollouts where the student is least decided, tries every candidate token and lets the"
                    + " verifier judge what becomes of it. The cosine of the gradient that this asks for and of the one that the"
                    + " teacher gives is 1 where distillation helps and -1 where it harms; reported apart for rollouts that"
                    + " became right and for those that did not, and for reverse and forward KL.",
            "Reads models, prompts and verifier of a run file; needs no broker. A trained student: --set student.model=DIR."
        },
        sortOptions = false)
final class DiagnoseCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(
            names = "--prompts",
            paramLabel = "N",
            defaultValue = "20",
            description = "Held-out prompts to roll out (default: ${DEFAULT-VALUE}).")
    private int prompts;

    @Option(
            names = "--places",
            paramLabel = "N",
            defaultValue = "4",
            description = "Places of a rollout, those of most entropy (default: ${DEFAULT-VALUE}).")
    private int places;

    @Option(
            names = "--candidates",
            paramLabel = "K",
            defaultValue = "5",
            description = "The student's likeliest tokens that are tried at a place (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Option(
            names = "--tries",
            paramLabel = "N",
            defaultValue = "16",
            description = "Completions of each candidate (default: ${DEFAULT-VALUE}).")
    private int tries;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        require("--prompts", prompts, 1);
        require("--places", places, 1);
        require("--candidates", candidates, 2);
        require("--tries", tries, 1);
        LocalRunSettings settings = RunSettingsReader.read(options.file(), options.overrides(), System.getenv())
                .values();
        Verifier verifier = settings.evaluation()
                .verifier()
                .map(Verifiers::named)
                .orElseThrow(() -> new UserException(
                        ExitCode.CONFIGURATION,
                        "evaluation.verifier: missing, expected one of %s to judge what becomes of a candidate"
                                .formatted(String.join(", ", Verifiers.names()))));
        settings.teacher().context().template().ifPresent(template -> {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "teacher.context.template: expected none, because diagnose shows the teacher what the student sees, found \"%s\""
                            .formatted(template));
        });
        RunInputs inputs = RunInputs.open(settings);
        List<Prompt> held = inputs.prompts().heldOut();
        if (held.isEmpty()) {
            throw new UserException(
                    ExitCode.DATA, "prompts.heldOut: expected prompts to diagnose on, found none held out");
        }
        int vocabulary = inputs.student().config().vocabularySize();
        if (candidates > vocabulary) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "--candidates: expected at most the vocabulary's %d tokens, found %d"
                            .formatted(vocabulary, candidates));
        }
        Torch.start(
                settings.trainer().threads(), Device.named(settings.student().device()));
        Diagnostician.Settings how = new Diagnostician.Settings(
                settings.sampling().maxNewTokens(),
                places,
                candidates,
                tries,
                settings.run().seed());
        try (Diagnostician diagnostician = new Diagnostician(inputs.student(), inputs.teacher(), verifier, how)) {
            print(diagnostician.diagnose(held.subList(0, Math.min(prompts, held.size())), this::show));
        }
        return 0;
    }

    private void require(String option, int value, int least) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), "%s: expected %d or more, found %d".formatted(option, least, value));
        }
    }

    /** Only where a line can be rewritten: what is printed is to be read by programs, too. */
    private void show(int node) {
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        if (console.terminal() && !json) {
            console.show("place %d of at most %d".formatted(node, prompts * places));
        }
    }

    private void print(Diagnosis diagnosis) {
        if (json) {
            JsonObject answer = new JsonObject();
            answer.addProperty("flat", diagnosis.flat());
            answer.add("alignment", new GsonBuilder().create().toJsonTree(diagnosis.rows()));
            spec.commandLine()
                    .getOut()
                    .println(new GsonBuilder().setPrettyPrinting().create().toJson(answer));
            return;
        }
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        console.say("%-10s %-12s %7s %8s %10s %9s"
                .formatted("rollout", "objective", "places", "cosine", "deviation", "above 0"));
        for (Diagnosis.Row row : diagnosis.rows()) {
            console.say(String.format(
                    Locale.ROOT,
                    "%-10s %-12s %7d %8s %10s %9s",
                    row.outcome(),
                    row.form(),
                    row.nodes(),
                    text("%.3f", row.mean(), 1),
                    text("%.3f", row.deviation(), 1),
                    text("%.0f %%", row.agreeing(), 100)));
        }
        console.say("%d more places point nowhere: whatever comes next there, as many answers become right"
                .formatted(diagnosis.flat()));
    }

    private static String text(String format, @Nullable Double value, double factor) {
        return value == null ? "-" : String.format(Locale.ROOT, format, factor * value);
    }
}
