// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import io.coffey.cli.capacity.CapacityPlan;
import io.coffey.cli.capacity.Rates;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunInputs;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.distillation.objective.Objectives;
import io.coffey.model.WeightsLayout;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How many of each role a run needs, and what it stores. */
@Command(
        name = "plan",
        header = "How many of each role keep the trainer at work, which partitions, and what is stored a day.",
        description = {
            "From completion tokens a second of each role. Measure them on your machines: coffey run with your models for a few"
                    + " minutes, then its metrics.jsonl for the trainer, and coffey_tokens_total of each worker.",
            "docs/deploying.md has the formulas. Bytes are uncompressed, an upper bound."
        },
        sortOptions = false)
final class PlanCommand implements Runnable {

    private static final double GIB = 1L << 30;
    private static final double WEIGHTS_RETENTION = 1L << 30;
    private static final int SNAPSHOTS_TO_KEEP = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(
            names = "--rollout-rate",
            required = true,
            paramLabel = "T",
            description = "Completion tokens that one rollout worker samples in a second.")
    private double rolloutRate;

    @Option(
            names = "--scorer-rate",
            required = true,
            paramLabel = "T",
            description = "Completion tokens that one scorer scores in a second.")
    private double scorerRate;

    @Option(
            names = "--trainer-rate",
            paramLabel = "T",
            description = "Completion tokens that the trainer trains in a second.")
    private @Nullable Double trainerRate;

    @Option(names = "--length", paramLabel = "N", description = "Mean tokens of a completion (default: the limit).")
    private @Nullable Double length;

    @Option(
            names = "--measured",
            paramLabel = "FILE",
            description = "A run's metrics.jsonl: the trainer's rate, the length, and the share that is dropped.")
    private @Nullable Path measured;

    @Option(
            names = "--headroom",
            paramLabel = "SHARE",
            defaultValue = "0.2",
            description = "By which workers are to be faster than the trainer (default: ${DEFAULT-VALUE}).")
    private double headroom;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public void run() {
        LocalRunSettings settings = RunSettingsReader.read(options.file(), options.overrides(), System.getenv())
                .values();
        CapacityPlan plan = CapacityPlan.of(
                settings,
                rates(settings),
                new CapacityPlan.Workers(
                        positive("--rollout-rate", rolloutRate),
                        positive("--scorer-rate", scorerRate),
                        notNegative("--headroom", headroom)),
                Objectives.create(settings.objective()).needs(),
                WeightsLayout.of(RunInputs.student(settings).config()).byteCount());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new GsonBuilder().setPrettyPrinting().create().toJson(plan));
        } else {
            print(plan, out);
        }
        out.flush();
    }

    private Rates rates(LocalRunSettings settings) {
        Rates base = measured == null
                ? new Rates(
                        trainerRate == null ? 0 : trainerRate,
                        settings.sampling().maxNewTokens(),
                        0)
                : Rates.measured(measured);
        if (measured == null && trainerRate == null) {
            throw new UserException(ExitCode.CONFIGURATION, "expected --trainer-rate or --measured, found neither");
        }
        return new Rates(
                positive("--trainer-rate", trainerRate == null ? base.trainer() : trainerRate),
                positive("--length", length == null ? base.length() : length),
                base.dropped());
    }

    private static void print(CapacityPlan plan, PrintWriter out) {
        out.printf("%-22s %,.0f completion tokens a second, for a trainer that never waits%n", "flow", plan.flow());
        out.printf("%-22s %d%n", "rollout workers", plan.rollouts());
        out.printf("%-22s %d%n", "scorers", plan.scorers());
        out.printf("%-22s %d: room for twice the workers%n", "topics.partitions", plan.partitions());
        out.printf(
                "%-22s %,d samples at most, %,d slots%s%n",
                "in flight",
                plan.samplesInFlight(),
                plan.slots(),
                plan.slots() > plan.samplesInFlight()
                        ? ": slots will be idle; raise trainer.maxStaleness or trainer.batch, or lower rollout.slots"
                        : "");
        out.printf("%-22s %,.0f a day, %.1f days%n", "steps", plan.stepsPerDay(), plan.days());
        plan.bytesPerDay()
                .forEach((topic, bytes) -> out.printf(
                        "%-22s %.3f GiB a day, %d copies %.3f GiB%n",
                        topic, bytes / GIB, plan.replication(), plan.replication() * bytes / GIB));
        out.printf(
                "%-22s %.2f GiB, %d copies %.2f GiB: what must be kept to train all of it again%n",
                "whole run",
                plan.keptBytesPerDay() * plan.days() / GIB,
                plan.replication(),
                plan.replication() * plan.keptBytesPerDay() * plan.days() / GIB);
        if (SNAPSHOTS_TO_KEEP * plan.snapshotBytes() > WEIGHTS_RETENTION) {
            out.printf(
                    "%-22s retention.bytes of policy-weights holds fewer than %d snapshots of %.2f GiB: raise it%n",
                    "warning", SNAPSHOTS_TO_KEEP, plan.snapshotBytes() / GIB);
        }
    }

    private static double positive(String option, double value) {
        if (!(value > 0)) {
            throw new UserException(ExitCode.CONFIGURATION, option + ": expected more than 0, found " + value);
        }
        return value;
    }

    private static double notNegative(String option, double value) {
        if (!(value >= 0)) {
            throw new UserException(ExitCode.CONFIGURATION, option + ": expected 0 or more, found " + value);
        }
        return value;
    }
}
