// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.capacity;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How fast the trainer of a run is while it trains, and what it trains on.
 *
 * @param trainer completion tokens that are trained in a second of training
 * @param length mean tokens of a completion
 * @param dropped share of the trajectories that are taken without being trained
 */
public record Rates(double trainer, double length, double dropped) {

    /**
     * Those of a run, over all steps of its {@code metrics.jsonl}.
     *
     * @throws UserException if the file is not there, or has no step that trained
     */
    public static Rates measured(Path file) {
        double tokens = 0;
        double seconds = 0;
        double completions = 0;
        double dropped = 0;
        try {
            for (String line : Files.readAllLines(file)) {
                JsonObject step = JsonParser.parseString(line).getAsJsonObject();
                JsonObject metrics = step.getAsJsonObject("metrics");
                if (metrics.has("secondsTraining") && metrics.has("tokens")) {
                    tokens += metrics.get("tokens").getAsDouble();
                    seconds += metrics.get("secondsTraining").getAsDouble();
                    completions += step.get("trained").getAsDouble();
                    dropped += step.get("dropped").getAsDouble();
                }
            }
        } catch (IOException e) {
            throw new UserException(
                    ExitCode.DATA, file + ": expected the metrics.jsonl of a run, found none that can be read", e);
        }
        if (tokens == 0 || seconds == 0) {
            throw new UserException(ExitCode.DATA, file + ": expected steps that trained tokens, found none");
        }
        return new Rates(tokens / seconds, tokens / completions, dropped / (completions + dropped));
    }
}
