// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.coffey.bench.BenchmarkResult;
import io.coffey.bench.ModelBenchmark;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.torch.Torch;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Training and decoding beside what bounds them. */
@Command(
        name = "model",
        header = "Training and decoding of a small model beside the peak of this machine.",
        description = "Measures a training step against the matrix product, and decoding against the time to read the"
                + " weights once, in the same run. Medians over the rounds.",
        sortOptions = false)
final class BenchModelCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of one tensor operation (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "7",
            description = "How often to measure (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public void run() {
        if (threads < 1 || rounds < 1) {
            throw new UserException(ExitCode.CONFIGURATION, "--threads and --rounds: expected 1 or more");
        }
        Torch.start(threads);
        BenchmarkResult result = ModelBenchmark.run(rounds);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new GsonBuilder().setPrettyPrinting().create().toJson(object(result)));
        } else {
            print(result, out);
        }
    }

    private static JsonObject object(BenchmarkResult result) {
        JsonObject object = new JsonObject();
        object.addProperty("trainShareOfMatmulPeak", result.trainShareOfMatmulPeak());
        object.addProperty("decodeShareOfBandwidth", result.decodeShareOfBandwidth());
        object.addProperty("matmulFlops", result.matmulFlops());
        object.addProperty("trainFlops", result.trainFlops());
        object.addProperty("trainStepSeconds", result.trainStepSeconds());
        object.addProperty("streamBytesPerSecond", result.streamBytes());
        JsonObject decode = new JsonObject();
        new TreeMap<>(result.decodeTokensPerSecond())
                .forEach((slots, speed) -> decode.addProperty(slots.toString(), speed));
        object.add("decodeTokensPerSecondBySlots", decode);
        object.addProperty("threads", result.threads());
        object.addProperty("libtorch", result.libtorch());
        object.addProperty("cpuCapability", result.cpuCapability());
        object.addProperty("java", System.getProperty("java.version"));
        object.addProperty("coffey", Version.coffey());
        return object;
    }

    private static void print(BenchmarkResult result, PrintWriter out) {
        line(out, "training", "%.0f %% of the matmul peak", 100 * result.trainShareOfMatmulPeak());
        line(out, "", "%.1f of %.1f GFLOP/s", result.trainFlops() / 1e9, result.matmulFlops() / 1e9);
        line(out, "", "%.0f ms a step of 16 x 128 tokens", 1000 * result.trainStepSeconds());
        line(out, "decoding", "%.0f %% of the weights' bandwidth", 100 * result.decodeShareOfBandwidth());
        line(out, "", "%.1f GB/s is that bandwidth", result.streamBytes() / 1e9);
        new TreeMap<>(result.decodeTokensPerSecond())
                .forEach((slots, speed) -> line(out, "", "%,.0f tokens/s with %d slots", speed, slots));
        line(out, "on", "libtorch %s, %s, %d thread(s)", result.libtorch(), result.cpuCapability(), result.threads());
        line(out, "", "Java %s, coffey %s", System.getProperty("java.version"), Version.coffey());
    }

    private static void line(PrintWriter out, String name, String format, Object... arguments) {
        out.printf("%-10s %s%n", name, String.format(Locale.ROOT, format, arguments));
    }
}
