// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import io.coffey.cli.report.Chart;
import io.coffey.cli.report.Chart.Point;
import io.coffey.cli.report.Chart.Series;
import io.coffey.cli.report.CurveSvg;
import io.coffey.cli.report.Metrics;
import io.coffey.cli.report.Summary;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.distillation.objective.Objectives;
import io.coffey.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The runs of a comparison side by side: a table in Markdown and a figure. */
final class Report {

    private final Map<String, List<Outcome>> byLabel = new LinkedHashMap<>();
    private final int planned;

    /** @param planned runs that the comparison is to have */
    Report(List<Outcome> outcomes, int planned) {
        outcomes.forEach(outcome -> byLabel.computeIfAbsent(outcome.run().label(), label -> new ArrayList<>())
                .add(outcome));
        this.planned = planned;
    }

    /** Writes objectives.md and objectives.svg. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("objectives.md"), markdown());
        Files.writeString(directory.resolve("objectives.svg"), figure());
    }

    String markdown() {
        List<Outcome> all = byLabel.values().stream().flatMap(List::stream).toList();
        StringBuilder text = new StringBuilder("# Objectives side by side\n\n");
        text.append(
                "Written by `./coffey compare`, %d of %d runs. Means over seeds, ± standard deviation; accuracy and reverse KL on %,d held-out\n"
                        .formatted(all.size(), planned, all.get(0).summary().heldOutPrompts()));
        text.append("prompts, before and after training. %s\n\n".formatted(budget(all)));
        row(text, "", "objective", "seeds", "greedy, %", "sampled, %", "reverse KL, nats", "tokens trained", "seconds");
        row(text, "---", "---", "---", "---", "---", "---", "---", "---");
        byLabel.forEach((label, outcomes) -> row(
                text,
                label,
                objective(outcomes.get(0)),
                Integer.toString(outcomes.size()),
                change(outcomes, Summary::accuracyBefore, Summary::accuracyAfter, "%.1f", 100),
                change(outcomes, Summary::sampledAccuracyBefore, Summary::sampledAccuracyAfter, "%.1f", 100),
                change(outcomes, Summary::reverseKlBefore, Summary::reverseKlAfter, "%.4f", 1),
                spread(outcomes, Summary::trainedTokens, "%,.0f", 1),
                spread(outcomes, Summary::wallSeconds, "%.0f", 1)));
        text.append("\n![Held-out accuracy and divergence over steps](objectives.svg)\n\n## Every run\n\n");
        row(text, "run", "seed", "greedy, %", "sampled, %", "reverse KL, nats", "tokens trained", "seconds", "weights");
        row(text, "---", "---", "---", "---", "---", "---", "---", "---");
        all.forEach(outcome -> row(
                text,
                outcome.run().name(),
                Long.toString(outcome.run().seed()),
                spread(List.of(outcome), Summary::accuracyAfter, "%.1f", 100),
                spread(List.of(outcome), Summary::sampledAccuracyAfter, "%.1f", 100),
                spread(List.of(outcome), Summary::reverseKlAfter, "%.4f", 1),
                spread(List.of(outcome), Summary::trainedTokens, "%,.0f", 1),
                spread(List.of(outcome), Summary::wallSeconds, "%.0f", 1),
                "`%.12s`".formatted(outcome.summary().weightsDigest())));
        text.append("\nOn %s, %d processors, Java %s, libtorch %s.\n"
                .formatted(
                        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"),
                        Torch.version()));
        return text.toString();
    }

    String figure() {
        return CurveSvg.render(
                "Held-out accuracy and divergence, means over seeds",
                List.of(
                        chart("sampled accuracy", Metrics.ACCURACY_SAMPLED, true),
                        chart("greedy accuracy", Metrics.ACCURACY_GREEDY, true),
                        chart("reverse KL, nats per token", Metrics.REVERSE_KL, false)));
    }

    private Chart chart(String title, String metric, boolean share) {
        List<Series> series = new ArrayList<>();
        byLabel.forEach((label, outcomes) -> series.add(new Series(label, means(outcomes, metric), true)));
        return new Chart(title, series, share);
    }

    private static List<Point> means(List<Outcome> outcomes, String metric) {
        Map<Long, List<Double>> values = new TreeMap<>();
        outcomes.forEach(outcome -> outcome.history()
                .evaluated(metric)
                .forEach(point -> values.computeIfAbsent(point.step(), step -> new ArrayList<>())
                        .add(point.value())));
        List<Point> points = new ArrayList<>();
        values.forEach((step, found) ->
                Spread.of(found).ifPresent(spread -> points.add(new Point(step, spread.mean()))));
        return points;
    }

    /** Whether what is compared was given the same to learn from. */
    private static String budget(List<Outcome> outcomes) {
        long[] budgets = outcomes.stream()
                .mapToLong(outcome -> outcome.summary().steps()
                        * outcome.run().settings().trainer().batch())
                .sorted()
                .toArray();
        long least = budgets[0];
        long most = budgets[budgets.length - 1];
        return least == most
                ? "Each run takes %,d trajectories.".formatted(least)
                : "The files do not say the same budget: runs take %,d to %,d trajectories.".formatted(least, most);
    }

    private static String objective(Outcome outcome) {
        LocalRunSettings settings = outcome.run().settings();
        String text = switch (settings.sampling().origin()) {
            case STUDENT -> "";
            case TEACHER -> " on the teacher's text";
            case MIXED -> " on text of both";
        };
        return "`%s`%s".formatted(Objectives.create(settings.objective()).name(), text);
    }

    private static String change(
            List<Outcome> outcomes,
            Function<Summary, @Nullable Double> before,
            Function<Summary, @Nullable Double> after,
            String format,
            double factor) {
        return spread(outcomes, before, format, factor) + " → **" + spread(outcomes, after, format, factor) + "**";
    }

    private static <N extends Number> String spread(
            List<Outcome> outcomes, Function<Summary, @Nullable N> value, String format, double factor) {
        List<@Nullable N> values = new ArrayList<>();
        outcomes.forEach(outcome -> values.add(value.apply(outcome.summary())));
        return Spread.of(values).map(spread -> spread.text(format, factor)).orElse("-");
    }

    private static void row(StringBuilder text, String... cells) {
        text.append(String.format(Locale.ROOT, "| %s |%n", String.join(" | ", cells)));
    }
}
