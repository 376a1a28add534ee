// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.sampling.Partner;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets the teacher write the completions that requests of origin TEACHER ask for, both together those of origin MIXED,
 * and the student all others. What the teacher wrote, the student of the version in use reads: its likeliest tokens and
 * its entropy at every position are recorded as they are for samples of its own, and the tokens carry that version.
 * Behavior log-probabilities are those of the writer: of both together, those of the mixture of their distributions.
 */
public final class TeacherEngine implements RolloutEngine {

    private static final int READING_TOKENS = 2048;

    private final Decoder decoder;
    private final ModelLimits reader;
    private final String workerId;
    private final LocalEngine student;
    private final LocalEngine teacher;
    private final LocalEngine together;
    private final Set<Long> shared = new HashSet<>();
    private final Map<Long, RolloutRequest> written = new HashMap<>();
    private final List<Finished> refused = new ArrayList<>();
    private byte[] weights = new byte[0];
    private @Nullable PolicyVersion policy;
    private boolean togetherIsCurrent;
    private @Nullable SequenceScorer reading;

    /**
     * @param decoder the student's
     * @param student writes for the student
     * @param teacher writes for the teacher, and has its weights
     * @param together writes for both; takes the student's weights only when it is asked to
     */
    TeacherEngine(
            Decoder decoder,
            String tokenizerFingerprint,
            String workerId,
            LocalEngine student,
            LocalEngine teacher,
            LocalEngine together) {
        this.decoder = decoder;
        this.reader = new ModelLimits(
                decoder.config().maxLength(), decoder.config().vocabularySize(), tokenizerFingerprint, Origin.TEACHER);
        this.workerId = workerId;
        this.student = student;
        this.teacher = teacher;
        this.together = together;
    }

    /** An engine of the run's student and teacher. */
    public static TeacherEngine open(RolloutSection settings, ModelDirectory student, ModelDirectory teacher) {
        String workerId = settings.workerId();
        String tokenizer = student.tokenizer().fingerprint();
        Decoder decoder = student.decoder();
        LocalEngine writer = new LocalEngine(
                teacher.decoder(), teacher.tokenizer().fingerprint(), settings.slots(), workerId, Origin.TEACHER);
        Weights weights = teacher.loadWeights();
        writer.serve(weights, 0);
        Partner partner = new Partner(teacher.decoder(), weights);
        return new TeacherEngine(
                decoder,
                tokenizer,
                workerId,
                new LocalEngine(decoder, tokenizer, settings.slots(), workerId),
                writer,
                new LocalEngine(decoder, tokenizer, settings.slots(), workerId, partner));
    }

    @Override
    public void use(PolicyVersion newPolicy, byte[] bytes) throws UnusableWeightsException {
        student.use(newPolicy, bytes);
        closeReading();
        weights = bytes;
        policy = newPolicy;
        togetherIsCurrent = false;
    }

    @Override
    public int freeSlots() {
        return Math.min(student.freeSlots(), Math.min(teacher.freeSlots(), together.freeSlots()));
    }

    @Override
    public int active() {
        return student.active() + teacher.active() + together.active();
    }

    @Override
    public void submit(long ticket, RolloutRequest request) {
        if (request.origin() == Origin.MIXED) {
            shared.add(ticket);
            together.submit(ticket, request);
            return;
        }
        if (request.origin() != Origin.TEACHER) {
            student.submit(ticket, request);
            return;
        }
        Optional<String> problem = reader.problem(request);
        if (problem.isPresent()) {
            refused.add(Finished.failed(ticket, request, workerId, problem.get()));
            return;
        }
        written.put(ticket, request);
        teacher.submit(ticket, request);
    }

    @Override
    public void abandon(long ticket) {
        refused.removeIf(finished -> finished.ticket() == ticket);
        if (written.remove(ticket) != null) {
            teacher.abandon(ticket);
        } else if (shared.remove(ticket)) {
            together.abandon(ticket);
        } else {
            student.abandon(ticket);
        }
    }

    @Override
    public List<Finished> advance() {
        List<Finished> finished = new ArrayList<>(refused);
        refused.clear();
        finished.addAll(student.advance());
        finished.addAll(advanceTogether());
        for (Finished text : teacher.advance()) {
            RolloutRequest request = Objects.requireNonNull(written.remove(text.ticket()));
            finished.add(new Finished(text.ticket(), read(request, text.trajectories())));
        }
        return finished;
    }

    @Override
    public void close() {
        student.close();
        together.close(); // before the teacher, whose weights it reads
        teacher.close();
        closeReading();
    }

    private List<Finished> advanceTogether() {
        if (together.active() > 0 && !togetherIsCurrent && policy != null) {
            try {
                together.use(policy, weights);
            } catch (UnusableWeightsException e) {
                throw new IllegalStateException("weights that the student has taken", e);
            }
            togetherIsCurrent = true;
        }
        List<Finished> finished = together.advance();
        finished.forEach(one -> shared.remove(one.ticket()));
        return finished;
    }

    /** What the student makes of the teacher's completions. */
    private List<Trajectory> read(RolloutRequest request, List<Trajectory> texts) {
        boolean asked = request.studentTopK() > 0 || request.studentEntropy();
        List<Trajectory> read = new ArrayList<>(texts.size());
        for (Trajectory text : texts) {
            read.add(text.failed() ? text : asked ? read(request, text) : asRead(text, null, null));
        }
        return read;
    }

    private Trajectory read(RolloutRequest request, Trajectory text) {
        SequenceScores scores = reading()
                .score(List.of(new ScoringRequest(
                        text.promptTokens(), text.tokens(), request.studentTopK(), null, request.studentEntropy())))
                .get(0);
        int[] ids = scores.topIds();
        float[] logProbs = scores.topLogProbs();
        return asRead(
                text,
                ids == null || logProbs == null ? null : new TopTokens(request.studentTopK(), ids, logProbs),
                scores.entropy());
    }

    private Trajectory asRead(Trajectory text, @Nullable TopTokens studentTop, float @Nullable [] studentEntropy) {
        return new Trajectory(
                text.runId(),
                text.request(),
                text.sample(),
                text.promptId(),
                text.promptTokens(),
                text.tokens(),
                text.mask(),
                text.behaviorLogProbs(),
                text.processedLogProbs(),
                List.of(new VersionRun(Objects.requireNonNull(policy).version(), text.length())),
                text.origin(),
                text.sampling(),
                text.seed(),
                text.finishReason(),
                text.tokenizerFingerprint(),
                text.workerId(),
                studentTop,
                studentEntropy,
                text.alternatives(),
                null);
    }

    private SequenceScorer reading() {
        if (reading == null) {
            reading = new SequenceScorer(decoder, decoder.weights(ByteBuffer.wrap(weights)), READING_TOKENS);
        }
        return reading;
    }

    private void closeReading() {
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }
}
