// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.cli.audit.FoundRecord;
import io.coffey.cli.audit.LedgerLines;
import io.coffey.cli.audit.StepAudit;
import io.coffey.cli.audit.TopicRecords;
import io.coffey.cli.dlq.DeadLetter;
import io.coffey.cli.dlq.DeadLetterLog;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.status.RoleReader;
import io.coffey.cli.trajectories.TokenAlternatives;
import io.coffey.cli.trajectories.TrajectoryView;
import io.coffey.console.RoleStates;
import io.coffey.console.RunRecords;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.UndecodableRecordException;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.trainer.Coordinate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads single records of a run's log for its console. */
public final class LogRecords implements RunRecords {

    /** Several pages that look at once make the broker no more work than one. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private final RunLog log;
    private final RunLog source;
    private final Tokenizer tokenizer;
    private final LongSupplier nanoTime;
    private final RoleReader roleReader;
    private final TopicRecords ledger;
    private final TopicRecords scored;
    private final Object looking = new Object();
    private long lookedAt;
    private @Nullable RoleStates looked;

    /**
     * A reader.
     *
     * @param log of the run
     * @param source log of the run whose scored records it trains: the same, or that of the one it reads
     * @param tokenizer of its token ids; closed with the reader
     */
    public LogRecords(RunLog log, RunLog source, Tokenizer tokenizer) {
        this.log = log;
        this.source = source;
        this.tokenizer = tokenizer;
        this.nanoTime = System::nanoTime;
        String clientId = log.topics().prefix() + ".console";
        this.roleReader = new RoleReader(log);
        this.ledger = new TopicRecords(
                log.clients().assignedConsumer(clientId), log.topics().trainingSteps());
        this.scored = TopicRecords.scored(source, clientId);
    }

    @Override
    public Optional<RoleStates> roles() {
        synchronized (looking) {
            long now = nanoTime.getAsLong();
            if (looked == null || now - lookedAt > FRESH_NANOS) {
                looked = roleReader.read().orElse(null);
                lookedAt = now;
            }
            return Optional.ofNullable(looked);
        }
    }

    @Override
    public JsonObject opening() {
        return step(0, 0);
    }

    @Override
    public synchronized JsonArray steps(long first, long last, long near) {
        JsonArray steps = new JsonArray();
        ledger.read(new Coordinate(0, near), record -> {
            TrainingStep line = line(record);
            if (line.step() >= first && line.step() <= last) {
                steps.add(StepSummary.json(line, record.timestamp()));
            }
            return line.step() < last;
        });
        return steps;
    }

    @Override
    public synchronized JsonObject step(long step, long near) {
        List<LedgerLines.Line> lines = new ArrayList<>();
        long[] millis = new long[1];
        ledger.read(new Coordinate(0, near), record -> {
            TrainingStep line = line(record);
            if (line.step() >= step - 1) {
                lines.add(new LedgerLines.Line(record.coordinate().offset(), line));
                millis[0] = record.timestamp();
            }
            return line.step() < step;
        });
        JsonObject audit = StepAudit.of(
                        new LedgerLines(ledger.topic(), lines),
                        step,
                        scored,
                        source.codecs().scoredTrajectories())
                .json();
        audit.addProperty("millis", millis[0]);
        return audit;
    }

    private TrainingStep line(FoundRecord record) {
        return log.codecs().trainingSteps().decode(record.value());
    }

    @Override
    public synchronized JsonArray newest(int count) {
        return summaries(scored.last(count));
    }

    @Override
    public synchronized JsonArray ofPrompt(String promptId, int count) {
        return summaries(scored.ofPrompt(promptId, count));
    }

    private JsonArray summaries(List<FoundRecord> oldestFirst) {
        List<FoundRecord> newestFirst = new ArrayList<>(oldestFirst);
        Collections.reverse(newestFirst);
        JsonArray summaries = new JsonArray();
        newestFirst.forEach(record -> summaries.add(view(record)));
        return summaries;
    }

    @Override
    public synchronized JsonObject trajectory(int partition, long offset) {
        Coordinate place = new Coordinate(partition, offset);
        FoundRecord found = Objects.requireNonNull(scored.at(List.of(place)).get(place));
        JsonObject object = view(found);
        ScoredTrajectory decoded = decoded(found);
        if (decoded != null) {
            object.add("alternatives", new TokenAlternatives(decoded, tokenizer).json());
        }
        return object;
    }

    /** The trajectory, or why it cannot be shown. */
    private JsonObject view(FoundRecord found) {
        ScoredTrajectory decoded = decoded(found);
        JsonObject object =
                decoded == null ? unreadable(found) : new TrajectoryView(found.coordinate(), decoded, tokenizer).json();
        object.addProperty("millis", found.timestamp());
        return object;
    }

    private static JsonObject unreadable(FoundRecord found) {
        JsonObject object = new JsonObject();
        object.addProperty("partition", found.coordinate().partition());
        object.addProperty("offset", found.coordinate().offset());
        object.addProperty("trouble", found.trouble() == null ? "this build cannot decode it" : found.trouble());
        return object;
    }

    private @Nullable ScoredTrajectory decoded(FoundRecord found) {
        if (found.value() == null) {
            return null;
        }
        ScoredTrajectory decoded;
        try {
            decoded = source.codecs().scoredTrajectories().decode(found.value());
        } catch (UndecodableRecordException undecodable) {
            return null;
        }
        String fingerprint = decoded.trajectory().tokenizerFingerprint();
        if (!fingerprint.equals(tokenizer.fingerprint())) {
            throw new UserException(
                    ExitCode.DATA,
                    "student.model: expected the tokenizer of the trajectories (fingerprint %.12s), found another (%.12s)"
                            .formatted(fingerprint, tokenizer.fingerprint()));
        }
        return decoded;
    }

    @Override
    public JsonArray deadLetters(int count) {
        List<DeadLetter> letters = new ArrayList<>(new DeadLetterLog(log.clients(), log.topics()).letters());
        letters.sort((one, other) -> Long.compare(other.millis(), one.millis()));
        JsonArray array = new JsonArray();
        letters.stream().limit(count).forEach(letter -> array.add(letter.json()));
        return array;
    }

    @Override
    public synchronized void close() {
        ledger.close();
        scored.close();
        synchronized (looking) {
            roleReader.close();
        }
        tokenizer.close();
    }
}
