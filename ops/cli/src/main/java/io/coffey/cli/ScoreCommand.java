// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Log-probabilities of a text under a model. */
@Command(
        name = "score",
        header = "Log-probabilities of a text or of token ids under a model.",
        description = {
            "Prints one JSON object: ids, logProbs (natural log, whole vocabulary; as long as ids, the first null because"
                    + " nothing comes before it) and, with --top-k, topIds and topLogProbs, likeliest first."
        },
        sortOptions = false)
final class ScoreCommand implements Runnable {

    private static final Gson JSON = new Gson();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Mixin
    private final AdapterOption adapter = new AdapterOption();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private final Input input = new Input();

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Also the K likeliest tokens at each position.")
    private int topK;

    /** What to score: ids or text. */
    static final class Input {
        @Option(names = "--ids", paramLabel = "FILE", description = "A JSON array of token ids.")
        private @Nullable Path ids;

        @Option(names = "--text", paramLabel = "TEXT", description = "A text, which the model's tokenizer splits.")
        private @Nullable String text;
    }

    @Override
    public void run() {
        ModelDirectory directory = model.open();
        int[] ids = ids(directory);
        check(ids, directory);
        JsonObject answer = new JsonObject();
        answer.add("ids", JSON.toJsonTree(ids));
        JsonArray logProbs = new JsonArray();
        JsonArray topIds = new JsonArray();
        JsonArray topLogProbs = new JsonArray();
        for (JsonArray column : List.of(logProbs, topIds, topLogProbs)) {
            column.add(JsonNull.INSTANCE);
        }
        if (ids.length > 1) {
            SequenceScores scores = score(directory, ids);
            for (float logProb : scores.logProbs()) {
                logProbs.add(logProb);
            }
            addRows(topIds, scores.topIds());
            addRows(topLogProbs, scores.topLogProbs());
        }
        answer.add("logProbs", logProbs);
        if (topK > 0) {
            answer.add("topIds", topIds);
            answer.add("topLogProbs", topLogProbs);
        }
        spec.commandLine().getOut().println(answer);
    }

    private SequenceScores score(ModelDirectory directory, int[] ids) {
        Decoder decoder = new Decoder(directory.config());
        try (SequenceScorer scorer = new SequenceScorer(decoder, adapter.weights(directory), ids.length)) {
            int[] completion = Arrays.copyOfRange(ids, 1, ids.length);
            return scorer.score(List.of(new ScoringRequest(new int[] {ids[0]}, completion, topK, null, false)))
                    .get(0);
        }
    }

    private int[] ids(ModelDirectory directory) {
        Path file = input.ids;
        if (file == null) {
            return directory.tokenizer().encode(String.valueOf(input.text));
        }
        try {
            int[] ids = JSON.fromJson(Files.readString(file), int[].class);
            if (ids != null) {
                return ids;
            }
        } catch (NoSuchFileException e) {
            throw new UserException(
                    ExitCode.CONFIGURATION, file + ": expected a JSON array of ids, found no such file");
        } catch (IOException e) {
            throw new UserException(ExitCode.CONFIGURATION, file + ": cannot be read: " + e.getMessage(), e);
        } catch (JsonParseException e) {
            throw new UserException(ExitCode.DATA, file + ": expected a JSON array of ids such as [1, 2, 3]", e);
        }
        throw new UserException(ExitCode.DATA, file + ": expected a JSON array of ids, found nothing");
    }

    private void check(int[] ids, ModelDirectory directory) {
        int vocabulary = directory.config().vocabularySize();
        int longest = directory.config().maxLength();
        if (ids.length == 0 || ids.length > longest) {
            throw new UserException(
                    ExitCode.DATA, "expected 1 to %d token ids, found %d".formatted(longest, ids.length));
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= vocabulary) {
                throw new UserException(
                        ExitCode.DATA,
                        "token id %d at position %d is not in the vocabulary of %d".formatted(ids[i], i, vocabulary));
            }
        }
        if (topK < 0 || topK > vocabulary) {
            throw new UserException(
                    ExitCode.CONFIGURATION, "--top-k: expected 0 to %d, found %d".formatted(vocabulary, topK));
        }
    }

    private void addRows(JsonArray rows, int @Nullable [] values) {
        for (int from = 0; values != null && from < values.length; from += topK) {
            rows.add(JSON.toJsonTree(Arrays.copyOfRange(values, from, from + topK)));
        }
    }

    private void addRows(JsonArray rows, float @Nullable [] values) {
        for (int from = 0; values != null && from < values.length; from += topK) {
            rows.add(JSON.toJsonTree(Arrays.copyOfRange(values, from, from + topK)));
        }
    }
}
