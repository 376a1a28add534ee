// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of one service: {@code RUN_FILE [--set key=value]...} in, exit code out. SIGTERM lets the service finish
 * and commit its unit of work.
 */
public final class ServiceMain {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);
    private static final Duration GRACE = Duration.ofSeconds(60);

    private ServiceMain() {}

    /**
     * What the process was started with.
     *
     * @param runFile the run file
     * @param overrides values of {@code --set}
     * @param environment the environment
     */
    public record Arguments(Path runFile, Map<String, String> overrides, Map<String, String> environment) {

        static Arguments parse(String[] texts, Map<String, String> environment) {
            List<String> files = new ArrayList<>();
            List<String> sets = new ArrayList<>();
            for (int i = 0; i < texts.length; i++) {
                if (!texts[i].equals("--set")) {
                    files.add(texts[i]);
                } else if (++i < texts.length) {
                    sets.add(texts[i]);
                } else {
                    throw new UserException(ExitCode.CONFIGURATION, "--set: expected key=value, found nothing");
                }
            }
            if (files.size() != 1 || files.get(0).startsWith("-")) {
                throw new UserException(
                        ExitCode.CONFIGURATION,
                        "expected RUN_FILE [--set key=value]..., found " + String.join(" ", texts));
            }
            return new Arguments(Path.of(files.get(0)), SettingsLoader.overrides(sets), environment);
        }
    }

    /** Wires a service. */
    @FunctionalInterface
    public interface Wiring {
        /** The service, ready to run; problems of settings, models and broker are thrown here or by its {@code run}. */
        Service service(Arguments arguments);
    }

    /**
     * Runs the process to its end and ends the JVM.
     *
     * @param texts arguments of the command line
     * @param wiring makes the service of them
     * @param dataProblems exceptions of the wiring that mean a model or data file is at fault, not the program
     */
    public static void run(String[] texts, Wiring wiring, Set<Class<? extends RuntimeException>> dataProblems) {
        int exitCode;
        try {
            Failpoint.arm(System.getenv());
            Service service = wiring.service(Arguments.parse(texts, System.getenv()));
            ServiceRunner runner = new ServiceRunner(service, ServiceMain::report);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(runner), "shutdown"));
            exitCode = runner.start().ended().join().exitCode();
        } catch (RuntimeException failure) {
            Outcome outcome = outcome(failure, dataProblems);
            report(outcome);
            exitCode = outcome.exitCode();
        }
        System.exit(exitCode);
    }

    private static Outcome outcome(RuntimeException failure, Set<Class<? extends RuntimeException>> dataProblems) {
        return dataProblems.stream().anyMatch(type -> type.isInstance(failure))
                ? Outcome.of(new UserException(ExitCode.DATA, String.valueOf(failure.getMessage()), failure))
                : Outcome.of(failure);
    }

    /** Runs on SIGTERM, and after a normal end, when there is nothing left to wait for. */
    private static void end(ServiceRunner runner) {
        boolean asked = !runner.ended().isDone();
        runner.stop();
        int exitCode;
        try {
            exitCode = runner.await(GRACE).map(Outcome::exitCode).orElse(ExitCode.TERMINATED);
        } catch (InterruptedException e) {
            exitCode = ExitCode.TERMINATED;
        }
        if (asked) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private static void report(Outcome outcome) {
        if (outcome.bug().isPresent()) {
            LOG.error(outcome.message(), outcome.bug().get());
        } else if (!outcome.ok()) {
            LOG.error(outcome.message());
        }
    }
}
