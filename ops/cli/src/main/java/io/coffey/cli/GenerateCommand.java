// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.sampling.Completion;
import io.coffey.sampling.GenerationRequest;
import io.coffey.sampling.Generator;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Completions of prompts. */
@Command(
        name = "generate",
        header = "Completions of a prompt, or of many.",
        description = {
            "One completion is written as it grows. Several are written one after another, a line break behind each, in the"
                    + " order of prompts and samples.",
            "The same seed gives the same completions: sample i of --seed S is the only one of --seed S+i."
        },
        sortOptions = false)
final class GenerateCommand implements Runnable {

    /** Always as many, since a completion's bits depend on it. */
    private static final int SLOTS = 8;

    private static final Gson JSON = new Gson();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Mixin
    private final PromptOptions prompts = new PromptOptions();

    @Mixin
    private final SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many completions of each prompt (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Decides what is sampled (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--json",
            description =
                    "A JSON object for each completion: prompt and completion, as sft reads them, number of the prompt, sample,"
                            + " ids, logProbs (of the model: natural log, temperature 1, whole vocabulary) and stopped"
                            + " (false at the length limit).")
    private boolean json;

    @Override
    public void run() {
        if (samples < 1) {
            throw new UserException(ExitCode.CONFIGURATION, "--samples: expected 1 or more, found " + samples);
        }
        ModelDirectory directory = model.open();
        PromptOptions.Prompts read = prompts.read(directory.path(), directory.tokenizer());
        List<GenerationRequest> requests = requests(directory, read);
        try (Weights weights = directory.loadWeights();
                Generator generator = new Generator(new Decoder(directory.config()), SLOTS, directory.tokenizer())) {
            generator.use(weights, 0);
            generate(generator, requests, read.texts());
        }
    }

    private List<GenerationRequest> requests(ModelDirectory directory, PromptOptions.Prompts read) {
        int longest = directory.config().maxLength();
        List<GenerationRequest> requests = new ArrayList<>();
        for (int[] prompt : read.tokens()) {
            for (int sample = 0; sample < samples; sample++) {
                requests.add(new GenerationRequest(
                        requests.size(), prompt, sampling.settings(prompt, longest, read.stopTokens()), seed + sample));
            }
        }
        return requests;
    }

    private void generate(Generator generator, List<GenerationRequest> requests, List<String> texts) {
        PrintWriter out = spec.commandLine().getOut();
        boolean streams = requests.size() == 1 && !json;
        Consumer<String> reader = streams ? piece -> write(out, piece) : piece -> {};
        TreeMap<Long, Completion> waiting = new TreeMap<>();
        int admitted = 0;
        long written = 0;
        while (written < requests.size()) {
            while (admitted < requests.size() && generator.freeSlots() > 0) {
                generator.admit(requests.get(admitted++), reader);
            }
            generator.step().forEach(completion -> waiting.put(completion.ticket(), completion));
            for (Completion next = waiting.remove(written); next != null; next = waiting.remove(written)) {
                write(out, (streams ? "" : shown(next, texts)) + System.lineSeparator());
                written++;
            }
        }
    }

    private static void write(PrintWriter out, String text) {
        out.print(text);
        out.flush();
    }

    private String shown(Completion completion, List<String> texts) {
        if (!json) {
            return String.valueOf(completion.text());
        }
        JsonObject object = new JsonObject();
        int number = Math.toIntExact(completion.ticket() / samples);
        object.addProperty("prompt", texts.get(number));
        object.addProperty("completion", completion.text());
        object.addProperty("number", number);
        object.addProperty("sample", completion.ticket() % samples);
        object.add("ids", JSON.toJsonTree(completion.tokens()));
        object.add("logProbs", JSON.toJsonTree(completion.logProbs()));
        object.addProperty("stopped", completion.stopped());
        return object.toString();
    }
}
