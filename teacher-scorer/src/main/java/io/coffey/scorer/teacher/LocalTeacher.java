// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.ModelDirectory;
import io.coffey.model.ModelException;
import io.coffey.model.Weights;
import io.coffey.scorer.ScorerJob;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A teacher whose model runs in this process. */
public final class LocalTeacher implements Teacher {

    private final String id;
    private final String revision;
    private final String tokenizerFingerprint;
    private final DecoderConfig config;
    private final SequenceScorer scorer;
    private final Needs needs;

    /**
     * A teacher of some weights.
     *
     * @param id names it in scores
     * @param tokenizerFingerprint tokenizer of its ids
     * @param decoder its network
     * @param weights its parameters, which it owns from here on
     * @param tokenBudget tokens that go through the network together
     * @param needs what to attach
     */
    public LocalTeacher(
            String id, String tokenizerFingerprint, Decoder decoder, Weights weights, int tokenBudget, Needs needs) {
        this(id, weights.digest(), tokenizerFingerprint, decoder, weights, tokenBudget, needs);
    }

    private LocalTeacher(
            String id,
            String revision,
            String tokenizerFingerprint,
            Decoder decoder,
            Weights weights,
            int tokenBudget,
            Needs needs) {
        this.id = id;
        this.revision = revision;
        this.tokenizerFingerprint = tokenizerFingerprint;
        this.config = decoder.config();
        this.scorer = new SequenceScorer(decoder, weights, tokenBudget);
        this.needs = needs;
    }

    /**
     * The teacher of a scorer, with the weights of its model's directory.
     *
     * @throws UserException if the model cannot be used
     */
    public static LocalTeacher of(ScorerJob job) {
        try {
            Weights weights = job.model().loadWeights(job.model().precision());
            return of(job, weights, weights.digest());
        } catch (ModelException e) {
            throw new UserException(ExitCode.DATA, "teacher.model: " + e.getMessage(), e);
        }
    }

    /** The teacher of a scorer, with weights that it owns from here on, named by a revision. */
    static LocalTeacher of(ScorerJob job, Weights weights, String revision) {
        ModelDirectory model = job.model();
        return new LocalTeacher(
                job.settings().teacherId(),
                revision,
                model.tokenizer().fingerprint(),
                model.decoder(),
                weights,
                job.settings().tokenBudget(),
                job.needs());
    }

    /**
     * Checks that two models speak of the same tokens.
     *
     * @throws UserException if a model cannot be read, or their tokenizers or vocabularies differ
     */
    public static void requireSameTokens(Path student, Path teacher) {
        try {
            ModelDirectory one = ModelDirectory.open(student);
            ModelDirectory other = ModelDirectory.open(teacher);
            require(
                    "vocabularies",
                    one.config().vocabularySize(),
                    other.config().vocabularySize(),
                    student,
                    teacher);
            require(
                    "tokenizers",
                    one.tokenizer().fingerprint(),
                    other.tokenizer().fingerprint(),
                    student,
                    teacher);
        } catch (ModelException e) {
            throw new UserException(ExitCode.DATA, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String tokenizerFingerprint() {
        return tokenizerFingerprint;
    }

    @Override
    public Optional<String> refusal(Reading reading) {
        Trajectory trajectory = reading.trajectory();
        int length = reading.prompt().length + trajectory.length();
        if (!trajectory.tokenizerFingerprint().equals(tokenizerFingerprint)) {
            return Optional.of("tokenizer is %s, expected %s, which teacher %s has"
                    .formatted(trajectory.tokenizerFingerprint(), tokenizerFingerprint, id));
        } else if (reading.prompt().length == 0) {
            return Optional.of("no prompt tokens");
        } else if (length > config.maxLength()) {
            return Optional.of("%d tokens of prompt%s and completion, expected at most %d, which teacher %s takes"
                    .formatted(length, reading.contextHash() == null ? "" : ", reference", config.maxLength(), id));
        } else if (needs.atStudentTop() && trajectory.studentTop() == null) {
            return Optional.of("no student top tokens, which the objective needs scored");
        }
        return outside(reading.prompt())
                .or(() -> outside(trajectory.tokens()))
                .or(() -> outside(gathered(trajectory)))
                .map(token -> "token %d is outside the vocabulary of %d, which teacher %s has"
                        .formatted(token, config.vocabularySize(), id));
    }

    @Override
    public List<TeacherScores> score(List<Reading> readings) {
        List<ScoringRequest> requests = new ArrayList<>(readings.size());
        int topK = Math.min(needs.teacherTopK(), config.vocabularySize());
        for (Reading reading : readings) {
            int[] ids = gathered(reading.trajectory());
            requests.add(new ScoringRequest(
                    reading.prompt(),
                    reading.trajectory().tokens(),
                    topK,
                    ids.length == 0 ? null : ids,
                    needs.teacherEntropy()));
        }
        List<SequenceScores> found = scorer.score(requests);
        List<TeacherScores> scores = new ArrayList<>(readings.size());
        for (int i = 0; i < readings.size(); i++) {
            scores.add(scores(readings.get(i), topK, found.get(i)));
        }
        return scores;
    }

    @Override
    public void close() {
        scorer.close();
    }

    private TeacherScores scores(Reading reading, int topK, SequenceScores found) {
        Trajectory trajectory = reading.trajectory();
        int length = trajectory.length();
        float[] logRatios = new float[length];
        for (int t = 0; t < length; t++) {
            logRatios[t] = found.logProbs()[t] - trajectory.behaviorLogProbs()[t];
        }
        TopTokens top = topK == 0
                ? null
                : new TopTokens(
                        topK, Objects.requireNonNull(found.topIds()), Objects.requireNonNull(found.topLogProbs()));
        int studentK = studentK(trajectory);
        int alternatives = alternatives(trajectory);
        float[] gathered = found.gathered() == null ? new float[0] : found.gathered();
        return new TeacherScores(
                id,
                revision,
                tokenizerFingerprint,
                reading.contextHash(),
                found.logProbs(),
                logRatios,
                top,
                studentK == 0 ? null : columns(gathered, length, 0, studentK, studentK + alternatives),
                alternatives == 0 ? null : columns(gathered, length, studentK, alternatives, studentK + alternatives),
                found.entropy());
    }

    /** The ids to score beside the tokens: the student's top tokens, then the alternatives, row-major [T, K + N]. */
    private int[] gathered(Trajectory trajectory) {
        int studentK = studentK(trajectory);
        int alternatives = alternatives(trajectory);
        int[] ids = new int[trajectory.length() * (studentK + alternatives)];
        for (int t = 0; t < trajectory.length(); t++) {
            int row = t * (studentK + alternatives);
            copyRow(trajectory.studentTop(), studentK, t, ids, row);
            copyRow(trajectory.alternatives(), alternatives, t, ids, row + studentK);
        }
        return ids;
    }

    private static void copyRow(@Nullable TopTokens from, int k, int t, int[] ids, int at) {
        if (from != null && k > 0) {
            System.arraycopy(from.ids(), t * k, ids, at, k);
        }
    }

    private static float[] columns(float[] rows, int length, int from, int count, int width) {
        float[] columns = new float[length * count];
        for (int t = 0; t < length; t++) {
            System.arraycopy(rows, t * width + from, columns, t * count, count);
        }
        return columns;
    }

    private int studentK(Trajectory trajectory) {
        TopTokens top = trajectory.studentTop();
        return needs.atStudentTop() && top != null ? top.k() : 0;
    }

    private static int alternatives(Trajectory trajectory) {
        TopTokens alternatives = trajectory.alternatives();
        return alternatives == null ? 0 : alternatives.k();
    }

    private Optional<Integer> outside(int[] tokens) {
        for (int token : tokens) {
            if (token < 0 || token >= config.vocabularySize()) {
                return Optional.of(token);
            }
        }
        return Optional.empty();
    }

    private static void require(String what, Object one, Object other, Path student, Path teacher) {
        if (!one.equals(other)) {
            throw new UserException(
                    ExitCode.DATA,
                    "student and teacher need the same %s: %s has %s, %s has %s"
                            .formatted(what, student, one, teacher, other));
        }
    }
}
