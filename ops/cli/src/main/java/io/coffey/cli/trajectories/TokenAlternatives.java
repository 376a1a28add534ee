// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.trajectories;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.tokenizer.StreamingDecoder;
import io.coffey.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What student and first teacher thought of other tokens at every position, as far as the record says: the likeliest of
 * each with its log-probability under both where both are known. An objective that needs none has none attached.
 */
public final class TokenAlternatives {

    private static final int SHOWN = 8;

    private final Trajectory trajectory;
    private final @Nullable TeacherScores teacher;
    private final Tokenizer tokenizer;
    private final Map<Integer, String> texts = new HashMap<>();

    /** One token at one position. */
    private static final class Candidate {
        private @Nullable Float student;
        private @Nullable Float teacher;

        double likeliest() {
            return Math.max(student == null ? -1e9 : student, teacher == null ? -1e9 : teacher);
        }
    }

    /** Of a trajectory and its scores. */
    public TokenAlternatives(ScoredTrajectory scored, Tokenizer tokenizer) {
        this.trajectory = scored.trajectory();
        this.teacher = scored.scores().isEmpty() ? null : scored.scores().get(0);
        this.tokenizer = tokenizer;
    }

    /** An array for each position, the likeliest token first: id, text, and log-probabilities where known. */
    public JsonArray json() {
        JsonArray positions = new JsonArray();
        for (int position = 0; position < trajectory.length(); position++) {
            JsonArray tokens = new JsonArray();
            candidates(position).forEach((id, candidate) -> {
                JsonObject token = new JsonObject();
                token.addProperty("id", id);
                token.addProperty("text", texts.computeIfAbsent(id, this::text));
                token.addProperty("student", candidate.student);
                token.addProperty("teacher", candidate.teacher);
                tokens.add(token);
            });
            positions.add(tokens);
        }
        return positions;
    }

    private Map<Integer, Candidate> candidates(int position) {
        Map<Integer, Candidate> all = new HashMap<>();
        TopTokens student = trajectory.studentTop();
        if (student != null) {
            float[] scored = teacher == null ? null : teacher.atStudentTop();
            for (int i = position * student.k(); i < (position + 1) * student.k(); i++) {
                Candidate candidate = all.computeIfAbsent(student.ids()[i], id -> new Candidate());
                candidate.student = student.logProbs()[i];
                candidate.teacher = scored == null ? candidate.teacher : Float.valueOf(scored[i]);
            }
        }
        TopTokens top = teacher == null ? null : teacher.top();
        if (top != null) {
            for (int i = position * top.k(); i < (position + 1) * top.k(); i++) {
                all.computeIfAbsent(top.ids()[i], id -> new Candidate()).teacher = top.logProbs()[i];
            }
        }
        return likeliest(all);
    }

    private static Map<Integer, Candidate> likeliest(Map<Integer, Candidate> all) {
        List<Map.Entry<Integer, Candidate>> entries = new ArrayList<>(all.entrySet());
        entries.sort(Comparator.comparingDouble((Map.Entry<Integer, Candidate> entry) ->
                        entry.getValue().likeliest())
                .reversed()
                .thenComparing(Map.Entry::getKey));
        Map<Integer, Candidate> shown = new LinkedHashMap<>();
        entries.stream().limit(SHOWN).forEach(entry -> shown.put(entry.getKey(), entry.getValue()));
        return shown;
    }

    /** As it would stand behind the prompt, so that a leading space shows. A stop token is named so. */
    private String text(int id) {
        int[] tokens = trajectory.tokens();
        int[] prompt = trajectory.promptTokens();
        StreamingDecoder decoder = tokenizer.stream(prompt[prompt.length - 1]);
        String text = decoder.add(id) + decoder.end();
        boolean stop = trajectory.finishReason() == FinishReason.STOP && id == tokens[tokens.length - 1];
        return text.isEmpty() && stop ? TrajectoryView.STOP : text;
    }
}
