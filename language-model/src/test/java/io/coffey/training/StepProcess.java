// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.WeightsInitialization;
import io.coffey.torch.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Training steps in a process of their own, which tells what they made and the most memory it ever held. */
final class StepProcess {

    private static final String DIGEST = "digest ";
    private static final String PEAK = "peak ";

    private static final Script LOSS = Script.compile("loss.py", """
            def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
              lp = torch.gather(torch.log_softmax(logits, -1), 1, targets.unsqueeze(1))
              return torch.neg(torch.sum(lp)) / 1000.0
            """, Map.of());

    /**
     * What to train.
     *
     * @param length completion tokens of a sequence, and one of prompt
     */
    record Task(int vocabulary, int width, int layers, int sequences, int length, StepMemory memory, int steps) {

        private List<String> arguments() {
            return IntStream.of(
                            vocabulary,
                            width,
                            layers,
                            sequences,
                            length,
                            memory.lossChunkTokens(),
                            memory.recompute() ? 1 : 0,
                            steps)
                    .mapToObj(Integer::toString)
                    .toList();
        }

        private static Task of(String... arguments) {
            int[] values = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
            StepMemory memory = new StepMemory(values[5], values[6] == 1);
            return new Task(values[0], values[1], values[2], values[3], values[4], memory, values[7]);
        }

        private DecoderConfig config() {
            return new DecoderConfig(
                    vocabulary, width, 2 * width, layers, 2, 2, width / 2, length + 1, 1e-5, 1e4, true, List.of());
        }
    }

    /**
     * What a process told.
     *
     * @param digest of the trained weights
     * @param peakBytes the most resident memory of the process
     */
    record Result(String digest, long peakBytes) {}

    private StepProcess() {}

    /** Trains in another process. */
    static Result run(Task task) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                StepProcess.class.getName()));
        Path told = Files.createTempFile("step", ".txt");
        Path output = Files.createTempFile("step", ".log");
        try {
            command.add(told.toString());
            command.addAll(task.arguments());
            int status = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            assertThat(status).as(Files.readString(output)).isZero();
            String text = Files.readString(told);
            return new Result(value(text, DIGEST), Long.parseLong(value(text, PEAK)));
        } finally {
            Files.delete(told);
            Files.delete(output);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Task task = Task.of(Arrays.copyOfRange(arguments, 1, arguments.length));
        Random random = new Random(1);
        List<TrainingSequence> batch = IntStream.range(0, task.sequences())
                .mapToObj(i -> new TrainingSequence(
                        new int[] {i},
                        random.ints(task.length(), 0, task.vocabulary()).toArray()))
                .toList();
        int[] targets = batch.stream()
                .flatMapToInt(sequence -> IntStream.of(sequence.completion()))
                .toArray();
        byte[] weights = WeightsInitialization.canonical(task.config(), 1);
        try (TrainableModel model =
                new TrainableModel(new Decoder(task.config()), weights, AdamWSettings.defaults(), task.memory())) {
            for (int step = 0; step < task.steps(); step++) {
                model.accumulate(batch, (scope, logits, first) -> {
                    int[] some = Arrays.copyOfRange(targets, first, first + (int) logits.shape()[0]);
                    return LOSS.callWithGradient(scope, "loss", logits, scope.ints(some, some.length))
                            .get(0);
                });
                model.step(1e-3);
            }
            String status = Files.readString(Path.of("/proc/self/status"));
            long peak = 1024 * Long.parseLong(value(status, "VmHWM:").replaceAll("\\D", ""));
            Files.writeString(Path.of(arguments[0]), "%s%s%n%s%d%n".formatted(DIGEST, model.digest(), PEAK, peak));
        }
    }

    private static String value(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + "in: " + text));
    }
}
