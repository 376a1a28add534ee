// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
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
        header = "Training, decoding and loading beside the peak of this machine.",
        description = "Measures training steps and decoding against the matrix product and the time to read the weights"
                + " once, and loading a file against reading it, in the same run. Medians over the rounds; a round"
                + " takes about ten seconds.",
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
        BenchmarkResult.Model small = result.small();
        object.addProperty("trainShareOfMatmulPeak", small.trainShareOfMatmulPeak());
        object.addProperty("decodeShareOfBandwidth", small.decodeShareOfBandwidth());
        object.addProperty("matmulFlops", result.matmulFlops());
        object.addProperty("trainFlops", small.trainFlops());
        object.addProperty("trainStepSeconds", small.trainStepSeconds());
        object.addProperty("streamBytesPerSecond", small.streamBytes());
        object.add("decodeTokensPerSecondBySlots", speeds(small));
        object.add("small", object(small));
        object.add("large", object(result.large()));
        object.addProperty("loadBytes", result.loadBytes());
        object.addProperty("loadSeconds", result.loadSeconds());
        object.addProperty("loadTimesRead", result.loadTimesRead());
        JsonArray figures = new JsonArray();
        Figure.of(result).forEach(figure -> figures.add(figure.json()));
        object.add("figures", figures);
        object.addProperty("threads", result.threads());
        object.addProperty("libtorch", result.libtorch());
        object.addProperty("cpuCapability", result.cpuCapability());
        object.addProperty("java", System.getProperty("java.version"));
        object.addProperty("coffey", Version.coffey());
        return object;
    }

    private static JsonObject object(BenchmarkResult.Model model) {
        JsonObject object = new JsonObject();
        object.addProperty("model", model.shape());
        object.addProperty("trainShareOfMatmulPeak", model.trainShareOfMatmulPeak());
        object.addProperty("trainFlops", model.trainFlops());
        object.addProperty("trainStepSeconds", model.trainStepSeconds());
        object.addProperty("streamBytesPerSecond", model.streamBytes());
        object.addProperty("decodeShareOfBandwidth", model.decodeShareOfBandwidth());
        object.addProperty("decode32ShareOfMatmulPeak", model.decodeShareOfMatmulPeak());
        object.add("decodeTokensPerSecondBySlots", speeds(model));
        return object;
    }

    private static JsonObject speeds(BenchmarkResult.Model model) {
        JsonObject speeds = new JsonObject();
        new TreeMap<>(model.decodeTokensPerSecond())
                .forEach((slots, speed) -> speeds.addProperty(slots.toString(), speed));
        return speeds;
    }

    private static void print(BenchmarkResult result, PrintWriter out) {
        Figure.of(result).forEach(figure -> out.println(figure.line()));
        print("small", result.small(), out);
        print("large", result.large(), out);
        line(out, "file", "%.0f MB, loaded in %.0f ms", result.loadBytes() / 1e6, 1000 * result.loadSeconds());
        line(out, "machine", "%.1f GFLOP/s is the matmul peak", result.matmulFlops() / 1e9);
        line(out, "", "libtorch %s, %s, %d thread(s)", result.libtorch(), result.cpuCapability(), result.threads());
        line(out, "", "Java %s, coffey %s", System.getProperty("java.version"), Version.coffey());
    }

    private static void print(String name, BenchmarkResult.Model model, PrintWriter out) {
        line(out, name, "%s", model.shape());
        line(
                out,
                "",
                "a training step takes %.0f ms: %.1f GFLOP/s",
                1000 * model.trainStepSeconds(),
                model.trainFlops() / 1e9);
        new TreeMap<>(model.decodeTokensPerSecond())
                .forEach((slots, speed) -> line(out, "", "%,.0f tokens/s with %d slot(s)", speed, slots));
        line(out, "", "%.1f GB/s is the bandwidth of its weights", model.streamBytes() / 1e9);
    }

    private static void line(PrintWriter out, String name, String format, Object... arguments) {
        out.printf("%-10s %s%n", name, String.format(Locale.ROOT, format, arguments));
    }
}
