// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code summary.json}: what a run came to.
 *
 * @param run name of the run
 * @param steps optimiser steps taken
 * @param trainedTokens completion tokens trained
 * @param trainedRecords trajectories trained
 * @param droppedRecords trajectories taken from the stream without being trained
 * @param weightsDigest sha256 of the student's weights, hexadecimal
 * @param accuracyBefore share of held-out prompts that the untrained student answers rightly, greedily; absent without
 *     a verifier
 * @param accuracyAfter the same of the trained student
 * @param sampledAccuracyBefore share answered rightly by the untrained student at temperature 1
 * @param sampledAccuracyAfter the same of the trained student
 * @param reverseKlBefore reverse KL of the untrained student to the teacher on held-out prompts, nats per token
 * @param reverseKlAfter the same of the trained student
 * @param heldOutPrompts held-out prompts that were evaluated
 * @param wallSeconds how long the command ran; of the last stretch only when the run was resumed
 */
public record Summary(
        String run,
        long steps,
        long trainedTokens,
        long trainedRecords,
        long droppedRecords,
        String weightsDigest,
        @Nullable Double accuracyBefore,
        @Nullable Double accuracyAfter,
        @Nullable Double sampledAccuracyBefore,
        @Nullable Double sampledAccuracyAfter,
        @Nullable Double reverseKlBefore,
        @Nullable Double reverseKlAfter,
        int heldOutPrompts,
        double wallSeconds) {

    private static final Gson JSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .setFieldNamingPolicy(FieldNamingPolicy.IDENTITY)
            .create();

    /** The summary of a history. */
    public static Summary of(String run, RunHistory history, double wallSeconds) {
        Optional<Evaluation> before = history.before();
        Optional<Evaluation> after = history.newest();
        return new Summary(
                run,
                history.step(),
                history.trainedTokens(),
                history.trained(),
                history.dropped(),
                history.last().map(TrainingStep::digestAfter).orElse(""),
                metric(before, Metrics.ACCURACY_GREEDY),
                metric(after, Metrics.ACCURACY_GREEDY),
                metric(before, Metrics.ACCURACY_SAMPLED),
                metric(after, Metrics.ACCURACY_SAMPLED),
                metric(before, Metrics.REVERSE_KL),
                metric(after, Metrics.REVERSE_KL),
                after.map(Evaluation::prompts).orElse(0),
                Math.round(wallSeconds * 10) / 10.0);
    }

    /** The summary that an earlier run of the command left; absent when there is none that can be read. */
    public static Optional<Summary> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.fromJson(Files.readString(file), Summary.class));
        } catch (JsonParseException damaged) {
            return Optional.empty();
        }
    }

    /** Writes the file in one piece. */
    public void write(Path file) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(draft, JSON.toJson(this) + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static @Nullable Double metric(Optional<Evaluation> evaluation, String name) {
        return evaluation
                .map(found -> found.metrics().get(name))
                .filter(Double::isFinite)
                .orElse(null);
    }
}
