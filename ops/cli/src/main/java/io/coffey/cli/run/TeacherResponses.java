// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.coffey.cli.evaluation.Completions;
import io.coffey.cli.prompts.RunPrompts;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.sampling.Completion;
import io.coffey.sampling.GenerationRequest;
import io.coffey.sampling.Generator;
import io.coffey.sampling.SamplingSettings;
import io.coffey.training.JsonLines;
import io.coffey.weights.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Responses that a teacher's model writes to the prompts which have none: once for a run, and then kept in a file, a
 * JSON object with prompt id and response a line. A response depends on its prompt, the model, the sampling and the
 * run's seed. One that was cut at its length limit is no response, and its prompt is left out.
 */
final class TeacherResponses {

    private static final int SLOTS = 64;
    private static final String ID = "id";
    private static final String RESPONSE = "response";

    private final ModelDirectory teacher;
    private final SamplingSettings sampling;
    private final long seed;
    private final Path file;

    /** @param file where they are kept */
    TeacherResponses(ModelDirectory teacher, SamplingSettings sampling, long seed, Path file) {
        this.teacher = teacher;
        this.sampling = sampling;
        this.seed = seed;
        this.file = file;
    }

    /** The prompts of a run, all of those to train on with a response. */
    RunPrompts complete(RunPrompts prompts) throws IOException {
        List<Prompt> bare = prompts.training().stream()
                .filter(prompt -> prompt.teacherText() == null)
                .toList();
        if (bare.isEmpty()) {
            return prompts;
        }
        Map<String, Optional<String>> known = read();
        List<Prompt> missing =
                bare.stream().filter(prompt -> !known.containsKey(prompt.id())).toList();
        if (!missing.isEmpty()) {
            write(missing, known);
        }
        List<Prompt> training = new ArrayList<>();
        for (Prompt prompt : prompts.training()) {
            with(prompt, known).ifPresent(training::add);
        }
        int cut = prompts.training().size() - training.size();
        return new RunPrompts(training, prompts.heldOut(), prompts.leftOut() + cut);
    }

    private static Optional<Prompt> with(Prompt prompt, Map<String, Optional<String>> known) {
        return prompt.teacherText() != null
                ? Optional.of(prompt)
                : Objects.requireNonNull(known.get(prompt.id()))
                        .map(response -> new Prompt(
                                prompt.id(),
                                prompt.text(),
                                prompt.tokens(),
                                prompt.reference(),
                                response,
                                prompt.tags()));
    }

    private Map<String, Optional<String>> read() {
        Map<String, Optional<String>> known = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (JsonLines.Line line : JsonLines.read(file, List.of(ID), List.of(RESPONSE))) {
                known.put(line.text(ID), line.optionalText(RESPONSE));
            }
        }
        return known;
    }

    /** Has the missing ones written, and keeps them with the others. */
    private void write(List<Prompt> missing, Map<String, Optional<String>> known) throws IOException {
        List<GenerationRequest> requests = new ArrayList<>(missing.size());
        for (int i = 0; i < missing.size(); i++) {
            Prompt prompt = missing.get(i);
            long own = seed ^ Long.parseUnsignedLong(prompt.id(), 16);
            requests.add(new GenerationRequest(i, prompt.tokens(), sampling, own));
        }
        try (Weights weights = teacher.loadWeights(teacher.precision());
                Generator generator = new Generator(teacher.decoder(), SLOTS, teacher.tokenizer())) {
            generator.use(weights, 0);
            List<Completion> completions = Completions.of(generator, requests);
            for (int i = 0; i < missing.size(); i++) {
                known.put(missing.get(i).id(), response(completions.get(i)));
            }
        }
        StringBuilder lines = new StringBuilder();
        known.forEach((id, response) -> lines.append(line(id, response)).append('\n'));
        AtomicFile.write(
                file, channel -> channel.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8))));
    }

    private static Optional<String> response(Completion completion) {
        return completion.stopped()
                ? Optional.ofNullable(completion.text()).filter(text -> !text.isBlank())
                : Optional.empty();
    }

    private static JsonObject line(String id, Optional<String> response) {
        JsonObject line = new JsonObject();
        line.addProperty(ID, id);
        line.add(RESPONSE, response.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE));
        return line;
    }
}
