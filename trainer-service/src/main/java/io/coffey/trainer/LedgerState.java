// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger's lines, read in order, add up to: the same fold on start, on replay and after every committed step,
 * so there is one account of credits and offsets. Single owner, not thread-safe.
 */
public final class LedgerState {

    private final int samplesPerPrompt;
    private final boolean reader;
    private final Set<String> openCredits = new HashSet<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<Coordinate> takenAhead = new HashSet<>();
    private @Nullable TrainingStep last;

    /** The state before the first line. */
    public LedgerState(int samplesPerPrompt) {
        this(samplesPerPrompt, false);
    }

    private LedgerState(int samplesPerPrompt, boolean reader) {
        this.samplesPerPrompt = samplesPerPrompt;
        this.reader = reader;
    }

    /** The state before the first line of a run that reads another's trajectories: each may be taken once. */
    public static LedgerState ofReader() {
        return new LedgerState(1, true);
    }

    /**
     * Reads the next line.
     *
     * @throws IllegalStateException when it does not follow the line before it
     */
    public void apply(TrainingStep line) {
        long expected = last == null ? 0 : last.step() + 1;
        if (line.step() != expected) {
            throw new IllegalStateException(
                    "the ledger continues with step %d where step %d was expected".formatted(line.step(), expected));
        }
        for (TrainedRecord record : line.trained()) {
            close(record.trajectory(), line.step());
            takenAhead.add(new Coordinate(record.partition(), record.offset()));
        }
        for (DroppedRecord record : line.dropped()) {
            if (record.reason() == DropReason.EXPIRED || record.reason() == DropReason.FAILED) {
                close(record.trajectory(), line.step());
            }
            takenAhead.add(new Coordinate(record.partition(), record.offset()));
        }
        Map<Integer, Long> next = line.nextOffsets();
        takenAhead.removeIf(taken -> taken.offset() < next.getOrDefault(taken.partition(), 0L));
        for (long request = requestsDispatched(); request < line.requestsDispatched(); request++) {
            for (int sample = 0; sample < samplesPerPrompt; sample++) {
                openCredits.add(Trajectory.id(request, sample));
            }
        }
        last = line;
    }

    private void close(String trajectory, long step) {
        if (reader ? !taken.add(trajectory) : !openCredits.remove(trajectory)) {
            throw new IllegalStateException(
                    "step %d takes trajectory %s, which holds no open credit: it was taken before"
                            .formatted(step, trajectory));
        }
    }

    /** Whether a trajectory is still owed to the run; to a reader, whether it was not taken yet. */
    public boolean isOpen(String trajectory) {
        return reader ? !taken.contains(trajectory) : openCredits.contains(trajectory);
    }

    /** The number of trajectories still owed to the run. */
    public int openCredits() {
        return openCredits.size();
    }

    /** Records at or after {@link #nextOffsets()} that steps have taken already. */
    public List<Coordinate> takenAhead() {
        return List.copyOf(takenAhead);
    }

    /** By partition of the scored topic: everything before is taken. */
    public Map<Integer, Long> nextOffsets() {
        return last == null ? Map.of() : last.nextOffsets();
    }

    /** Requests dispatched so far. */
    public long requestsDispatched() {
        return last == null ? 0 : last.requestsDispatched();
    }

    /** State of the controllers after the last line, by name; empty before the first. */
    public Map<String, Double> controllers() {
        return last == null ? Map.of() : last.controllers();
    }

    /** The last line; null before the first. */
    public @Nullable TrainingStep last() {
        return last;
    }
}
