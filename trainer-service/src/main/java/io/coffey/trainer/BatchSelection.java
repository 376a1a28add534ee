// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Chooses which arrivals a step takes. A step takes exactly one batch of credits, be they trained, failed or expired,
 * so the loop can neither leak credits nor wait for one that will not come. Arrivals without an open credit (a sample
 * seen before, a record of another run) are taken along and named in the ledger. Single owner, not thread-safe.
 */
public final class BatchSelection implements BatchSource {

    private final Pace pace;
    private final LedgerState ledger;
    private final boolean reader;
    private final Map<String, Arrival> waiting = new LinkedHashMap<>();
    private final List<Batch.Drop> worthless = new ArrayList<>();

    public BatchSelection(Pace pace, LedgerState ledger) {
        this(pace, ledger, false);
    }

    /** @param reader whether it takes another run's trajectories: in the order of arrival, however old they are */
    public BatchSelection(Pace pace, LedgerState ledger, boolean reader) {
        this.pace = pace;
        this.reader = reader;
        this.ledger = ledger;
    }

    @Override
    public void offer(Arrival arrival) {
        if (arrival.defect() == DropReason.FOREIGN) {
            worthless.add(new Batch.Drop(arrival, DropReason.FOREIGN));
        } else if (!ledger.isOpen(arrival.trajectory()) || waiting.containsKey(arrival.trajectory())) {
            worthless.add(new Batch.Drop(arrival, DropReason.DUPLICATE));
        } else {
            waiting.put(arrival.trajectory(), arrival);
        }
    }

    @Override
    public int waitingCredits() {
        return waiting.size();
    }

    @Override
    public Optional<Batch> next(long step) {
        List<Arrival> chosen = !reader && pace.order().byGeneration() ? generation(step) : firstArrived();
        if (chosen.size() < pace.batch()) {
            return Optional.empty();
        }
        List<Arrival> trained = new ArrayList<>();
        List<Batch.Drop> dropped = new ArrayList<>(worthless);
        worthless.clear();
        for (Arrival arrival : chosen) {
            waiting.remove(arrival.trajectory());
            if (arrival.defect() != null) {
                dropped.add(new Batch.Drop(arrival, arrival.defect()));
            } else if (!reader && pace.expires(staleness(arrival, step))) {
                dropped.add(new Batch.Drop(arrival, DropReason.EXPIRED));
            } else {
                trained.add(arrival);
            }
        }
        return Optional.of(new Batch(trained, dropped));
    }

    private List<Arrival> generation(long step) {
        List<Arrival> chosen = new ArrayList<>(pace.batch());
        for (String id : pace.generationOf(step)) {
            Arrival arrival = waiting.get(id);
            if (arrival != null) {
                chosen.add(arrival);
            }
        }
        return chosen;
    }

    private List<Arrival> firstArrived() {
        List<Arrival> chosen = new ArrayList<>(pace.batch());
        Iterator<Arrival> arrivals = waiting.values().iterator();
        while (arrivals.hasNext() && chosen.size() < pace.batch()) {
            chosen.add(arrivals.next());
        }
        return chosen;
    }

    /**
     * Optimiser steps between the weights the step starts from and the oldest that sampled one of the tokens. What the
     * teacher wrote does not age.
     */
    private static long staleness(Arrival arrival, long step) {
        ScoredTrajectory scored =
                Objects.requireNonNull(arrival.scored(), "an arrival without defect holds a trajectory");
        if (scored.trajectory().origin() == Origin.TEACHER) {
            return 0;
        }
        return step - 1 - scored.trajectory().oldestVersion();
    }
}
