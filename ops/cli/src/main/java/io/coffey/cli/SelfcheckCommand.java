// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.selfcheck.IdentityCheck;
import io.coffey.model.ModelDirectory;
import io.coffey.service.ExitCode;
import io.coffey.torch.Torch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether this installation computes what it should. */
@Command(
        name = "selfcheck",
        header = "Check on a model that a student learns nothing from itself.",
        description =
                "For every objective: where teacher and student are the same model, loss and gradient are zero, and"
                        + " where they are not, the gradient is not. Also prints the versions that decide a run's bits.",
        sortOptions = false)
final class SelfcheckCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            defaultValue = "${sys:coffey.home}/examples/sum/student",
            description = "Hugging Face directory of the model (default: the example's student).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path model;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of one tensor operation (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Override
    public Integer call() {
        Torch.start(threads);
        ModelDirectory directory = ModelDirectory.open(model);
        PrintWriter out = spec.commandLine().getOut();
        for (String line : Version.lines()) {
            out.println(line);
        }
        out.printf("libtorch %s, %s, %d thread(s)%n", Torch.version(), Torch.cpuCapability(), Torch.threads());
        IdentityCheck check = new IdentityCheck(directory);
        boolean passed = true;
        for (Map<String, String> settings : IdentityCheck.objectives()) {
            IdentityCheck.Result result = check.check(settings);
            passed &= result.passed();
            out.println(line(result));
        }
        out.println(passed ? "all is well" : "some checks failed");
        return passed ? ExitCode.OK : ExitCode.BUG;
    }

    private static String line(IdentityCheck.Result result) {
        String objective = result.settings().entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
        return String.format(
                Locale.ROOT,
                "%-6s %-48s loss %9.2e  gradient %8.2e  (from another teacher %8.2e)",
                result.passed() ? "ok" : "FAILED",
                objective,
                result.loss(),
                result.gradientNorm(),
                result.strangerGradientNorm());
    }
}
