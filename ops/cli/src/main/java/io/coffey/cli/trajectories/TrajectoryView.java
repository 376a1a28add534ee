// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.trajectories;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.tokenizer.StreamingDecoder;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.trainer.Coordinate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A scored trajectory as text. Colours are those of its first teacher. */
public final class TrajectoryView {

    /** What a stop token without a text is written as. */
    static final String STOP = "<stop>";

    private static final Gson JSON = new Gson();

    private final Coordinate coordinate;
    private final ScoredTrajectory scored;
    private final Tokenizer tokenizer;

    /**
     * A view.
     *
     * @param coordinate where the record stands
     * @param scored what it holds
     * @param tokenizer of its token ids
     */
    public TrajectoryView(Coordinate coordinate, ScoredTrajectory scored, Tokenizer tokenizer) {
        this.coordinate = coordinate;
        this.scored = scored;
        this.tokenizer = tokenizer;
    }

    /**
     * The view for people, line by line.
     *
     * @param colours whether to colour each token by its reward
     */
    public List<String> text(boolean colours) {
        Trajectory trajectory = scored.trajectory();
        List<String> lines = new ArrayList<>();
        lines.add("trajectory %s  prompt %s  version %s  %s  %d tokens  at %d@%d"
                .formatted(
                        trajectory.id(),
                        trajectory.promptId(),
                        versions(trajectory),
                        trajectory.finishReason(),
                        trajectory.length(),
                        coordinate.partition(),
                        coordinate.offset()));
        if (scored.failure() != null) {
            lines.add("  failed: " + scored.failure());
        }
        for (TeacherScores score : scored.scores()) {
            lines.add("  teacher %s@%.12s  reward %s a token, %s in all  entropy %s"
                    .formatted(
                            score.teacherId(),
                            score.revision(),
                            number(mean(score.logRatios())),
                            number(sum(score.logRatios())),
                            number(mean(score.entropy()))));
        }
        lines.add("  prompt      " + indented(tokenizer.decode(trajectory.promptTokens())));
        if (!trajectory.failed()) {
            lines.add("  completion  " + indented(completion(colours)));
        }
        if (scored.pair() != null) {
            lines.add("  preferred   " + indented(tokenizer.decode(scored.pair().chosen())));
        }
        return lines;
    }

    /** The view for machines: one object. */
    public JsonObject json() {
        Trajectory trajectory = scored.trajectory();
        JsonObject object = new JsonObject();
        object.addProperty("trajectory", trajectory.id());
        object.addProperty("promptId", trajectory.promptId());
        object.addProperty("partition", coordinate.partition());
        object.addProperty("offset", coordinate.offset());
        JsonArray versions = new JsonArray();
        trajectory.versions().forEach(run -> {
            JsonObject version = new JsonObject();
            version.addProperty("version", run.version());
            version.addProperty("tokens", run.count());
            versions.add(version);
        });
        object.add("versions", versions);
        object.addProperty("origin", trajectory.origin().name());
        object.addProperty("finishReason", trajectory.finishReason().name());
        object.addProperty("prompt", tokenizer.decode(trajectory.promptTokens()));
        object.addProperty("completion", tokenizer.decode(trajectory.tokens()));
        if (scored.pair() != null) {
            object.addProperty("preferred", tokenizer.decode(scored.pair().chosen()));
        }
        object.add("tokens", JSON.toJsonTree(trajectory.tokens()));
        object.add("pieces", JSON.toJsonTree(pieces()));
        object.add("behaviorLogProbs", JSON.toJsonTree(trajectory.behaviorLogProbs()));
        JsonArray teachers = new JsonArray();
        scored.scores().forEach(score -> teachers.add(json(score)));
        object.add("teachers", teachers);
        object.addProperty("failure", scored.failure());
        return object;
    }

    private static JsonObject json(TeacherScores score) {
        JsonObject object = new JsonObject();
        object.addProperty("teacher", score.teacherId());
        object.addProperty("revision", score.revision());
        object.addProperty("meanReward", mean(score.logRatios()));
        object.addProperty("meanEntropy", mean(score.entropy()));
        object.add("rewards", JSON.toJsonTree(score.logRatios()));
        object.add("entropy", JSON.toJsonTree(score.entropy()));
        return object;
    }

    private String completion(boolean colours) {
        List<String> pieces = pieces();
        if (!colours || scored.scores().isEmpty()) {
            return String.join("", pieces);
        }
        float[] rewards = scored.scores().get(0).logRatios();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            text.append(RewardColours.paint(pieces.get(i), rewards[i]));
        }
        return text.toString();
    }

    /**
     * The text that is certain after each token; a token that only begins a character has none. A stop token without a
     * text is written out, because its reward counts as any other's.
     */
    private List<String> pieces() {
        Trajectory trajectory = scored.trajectory();
        StreamingDecoder decoder = tokenizer.stream(trajectory.promptTokens());
        List<String> pieces = new ArrayList<>();
        for (int token : trajectory.tokens()) {
            pieces.add(decoder.add(token));
        }
        int last = pieces.size() - 1;
        if (last >= 0) {
            String end = pieces.get(last) + decoder.end();
            pieces.set(last, end.isEmpty() && trajectory.finishReason() == FinishReason.STOP ? STOP : end);
        }
        return pieces;
    }

    private static String versions(Trajectory trajectory) {
        return trajectory.versions().isEmpty()
                ? "-"
                : trajectory.versions().stream()
                        .map(run -> Long.toString(run.version()))
                        .distinct()
                        .collect(Collectors.joining(","));
    }

    private static String indented(String text) {
        return text.replace("\n", "\n" + " ".repeat(14));
    }

    private static String number(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }

    private static Double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    private static @Nullable Double mean(float @Nullable [] values) {
        return values == null || values.length == 0 ? null : sum(values) / values.length;
    }
}
