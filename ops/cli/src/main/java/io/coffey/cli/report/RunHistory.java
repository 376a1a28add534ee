// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import io.coffey.cli.report.Chart.Point;
import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the ledger and the evaluations of a run add up to, so far. Written by one thread, read by any. */
public final class RunHistory {

    private final int samplesPerPrompt;
    private final List<Point> reverseKl = new ArrayList<>();
    private final List<Evaluation> evaluations = new ArrayList<>();
    private @Nullable TrainingStep last;
    private long trainedTokens;
    private long trained;
    private long dropped;
    private long creditsTaken;

    /** @param samplesPerPrompt trajectories that a request brings */
    public RunHistory(int samplesPerPrompt) {
        this.samplesPerPrompt = samplesPerPrompt;
    }

    /** Adds the ledger's next line. A line that is known already is left out, so that readers may start over. */
    public synchronized boolean add(TrainingStep line) {
        if (last != null && line.step() <= last.step()) {
            return false;
        }
        last = line;
        trained += line.trained().size();
        dropped += line.dropped().size();
        creditsTaken += line.trained().size()
                + line.dropped().stream()
                        .filter(record -> record.reason() == DropReason.EXPIRED || record.reason() == DropReason.FAILED)
                        .count();
        trainedTokens += (long) metric(line, Metrics.TOKENS).orElse(0.0).doubleValue();
        metric(line, Metrics.REVERSE_KL).ifPresent(value -> reverseKl.add(new Point(line.step(), value)));
        return true;
    }

    /** Adds an evaluation. */
    public synchronized void add(Evaluation evaluation) {
        evaluations.add(evaluation);
    }

    /** The newest line; absent before the run opened. */
    public synchronized Optional<TrainingStep> last() {
        return Optional.ofNullable(last);
    }

    /** The last optimiser step; 0 before the first. */
    public synchronized long step() {
        return last == null ? 0 : last.step();
    }

    /** A metric of the last step, if it was measured and is finite. */
    public synchronized Optional<Double> metric(String name) {
        return last == null ? Optional.empty() : metric(last, name);
    }

    public synchronized long trainedTokens() {
        return trainedTokens;
    }

    /** Trajectories trained. */
    public synchronized long trained() {
        return trained;
    }

    /** Trajectories taken from the stream without being trained. */
    public synchronized long dropped() {
        return dropped;
    }

    /** Trajectories dispatched and not taken yet: sampled, scored, or waiting for either. A reader dispatches none. */
    public synchronized long inFlight() {
        return last == null ? 0 : Math.max(0, last.requestsDispatched() * samplesPerPrompt - creditsTaken);
    }

    /** The evaluation of the untrained student; absent before it was made. */
    public synchronized Optional<Evaluation> before() {
        return evaluations.stream()
                .filter(evaluation -> evaluation.policyVersion() == 0)
                .findFirst();
    }

    /** The evaluation of the newest weights; absent before there is any. */
    public synchronized Optional<Evaluation> newest() {
        return evaluations.stream()
                .reduce((older, newer) -> newer.policyVersion() >= older.policyVersion() ? newer : older);
    }

    /** Divergence of every step. */
    public synchronized List<Point> reverseKl() {
        return List.copyOf(reverseKl);
    }

    /** What every evaluation found of one metric. */
    public synchronized List<Point> evaluated(String name) {
        List<Point> points = new ArrayList<>();
        for (Evaluation evaluation : evaluations) {
            Double value = evaluation.metrics().get(name);
            if (value != null && Double.isFinite(value)) {
                points.add(new Point(evaluation.policyVersion(), value));
            }
        }
        points.sort((one, other) -> Long.compare(one.step(), other.step()));
        return points;
    }

    private static Optional<Double> metric(TrainingStep line, String name) {
        return Optional.ofNullable(line.metrics().get(name)).filter(Double::isFinite);
    }
}
