// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The parent of the benchmarks. */
@Command(
        name = "bench",
        header = "Measure this machine.",
        synopsisSubcommandLabel = "BENCHMARK",
        subcommands = {BenchModelCommand.class, BenchStreamCommand.class})
final class BenchCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a benchmark, found none");
    }
}
