// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRun;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.service.ExitCode;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A run in one process. */
@Command(
        name = "run",
        header = "Distil a student: broker, rollouts, scorer and trainer in one process.",
        description = {
            "Shows where it stands while it works and ends with a table. All it writes is in runs/NAME: metrics.jsonl,"
                    + " summary.json, curve.svg, config.yaml, coffey.log, the student as a Hugging Face directory, and"
                    + " the broker with the whole log of the run.",
            "Ctrl-C stops it cleanly. Running it again goes on where the log ends, however it was stopped."
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Override
    public Integer call() throws Exception {
        LocalRun run = new LocalRun(
                RunSettingsReader.read(options.file(), options.overrides(), System.getenv()),
                Console.of(spec.commandLine().getOut(), System.getenv()));
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger exitCode = new AtomicInteger(ExitCode.BUG);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(run, ended, exitCode), "stop"));
        try {
            run.run();
            exitCode.set(ExitCode.OK);
            return ExitCode.OK;
        } catch (Exception e) {
            exitCode.set(ErrorReport.outcome(e).exitCode());
            throw e;
        } finally {
            ended.countDown();
        }
    }

    /** On Ctrl-C and SIGTERM: the process ends when the run has committed, with the run's exit code. */
    private static void stop(LocalRun run, CountDownLatch ended, AtomicInteger exitCode) {
        if (ended.getCount() == 0) {
            return;
        }
        run.requestStop();
        try {
            ended.await();
        } catch (InterruptedException e) {
            exitCode.set(ExitCode.TERMINATED);
        }
        Runtime.getRuntime().halt(exitCode.get());
    }
}
