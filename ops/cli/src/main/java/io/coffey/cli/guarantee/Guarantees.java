// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.trainer.Order;
import io.coffey.trainer.Pace;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The guarantees that a finished run can be held to by what it wrote alone. */
public final class Guarantees {

    private Guarantees() {}

    /**
     * Those that a reader of the whole log can judge.
     *
     * @param reader who read
     * @param records what the reader was shown; the ledger is not empty
     * @param steps optimiser steps that the run was to have
     */
    public static List<Guarantee> of(String reader, RunRecords records, long steps) {
        List<TrainingStep> ledger = records.ledger();
        Pace pace = pace(ledger.get(0));
        return List.of(
                new NothingLost(ledger, steps, pace),
                new NothingTrainedTwice(ledger),
                new StalenessBounded(ledger, records.scored(), pace),
                new CreditsConserved(ledger, records.requests(), pace),
                new WeightsNeverTorn(reader, records.weights()));
    }

    /** The pace of a run, as the line that opened its ledger tells. */
    static Pace pace(TrainingStep opening) {
        Map<String, String> settings = opening.settings();
        return new Pace(
                Order.valueOf(setting(settings, "trainer.order")),
                Integer.parseInt(setting(settings, "trainer.batch")),
                Integer.parseInt(setting(settings, "sampling.samplesPerPrompt")),
                Integer.parseInt(setting(settings, "trainer.maxStaleness")),
                Integer.parseInt(setting(settings, "trainer.publishEvery")));
    }

    private static String setting(Map<String, String> settings, String name) {
        return Objects.requireNonNull(settings.get(name), () -> "the ledger does not tell " + name);
    }
}
