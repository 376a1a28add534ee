// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.status;

import com.google.gson.JsonObject;
import io.coffey.cli.report.Metrics;
import io.coffey.cli.report.RunHistory;
import io.coffey.console.RoleStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says of one status after the other where the run stands and how fast it went since the one before. */
public final class StatusWatch {

    private static final String MOST_STALE = "maxStaleness";

    private final String run;
    private final LongSupplier nanoTime;
    private @Nullable Reading before;

    /** What rates are made of. */
    private record Reading(long nanos, long step, long tokens, Map<String, Long> taken) {}

    /**
     * A watch.
     *
     * @param run name of the run
     * @param nanoTime a clock in nanoseconds
     */
    public StatusWatch(String run, LongSupplier nanoTime) {
        this.run = run;
        this.nanoTime = nanoTime;
    }

    /** What to say of the next status, for machines; what cannot be told yet is left out. */
    public JsonObject json(RunStatus status) {
        RunHistory history = status.history();
        Reading now = new Reading(nanoTime.getAsLong(), history.step(), history.trainedTokens(), status.taken());
        Reading last = before;
        before = now;
        JsonObject object = new JsonObject();
        object.addProperty("run", run);
        object.addProperty("step", history.step());
        object.addProperty("inFlight", history.inFlight());
        metric(object, history, Metrics.REVERSE_KL);
        metric(object, history, Metrics.STALENESS);
        metric(object, history, MOST_STALE);
        object.addProperty("dropped", history.dropped());
        object.addProperty(
                "deadLetters",
                status.deadLetters().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        if (last != null) {
            object.addProperty("stepsPerSecond", rate(last.step(), now.step(), last, now));
            object.addProperty("tokensPerSecond", rate(last.tokens(), now.tokens(), last, now));
        }
        Long newest = status.versions().get(RoleStates.TRAINER);
        status.lag().forEach((role, lag) -> {
            JsonObject of = new JsonObject();
            of.addProperty("lag", lag);
            if (last != null) {
                long then = last.taken().getOrDefault(role, 0L);
                of.addProperty("takenPerSecond", rate(then, now.taken().getOrDefault(role, 0L), last, now));
            }
            Long version = status.versions().get(role);
            if (version != null && newest != null) {
                of.addProperty("version", version);
                of.addProperty("behind", newest - version);
            }
            object.add(role, of);
        });
        return object;
    }

    /** What to say of the next status, for people. */
    public List<String> lines(RunStatus status) {
        JsonObject object = json(status);
        List<String> lines = new ArrayList<>();
        lines.add("run %s  step %s  steps/s %s  tokens/s %s  in flight %s"
                .formatted(
                        run,
                        text(object, "step"),
                        text(object, "stepsPerSecond"),
                        text(object, "tokensPerSecond"),
                        text(object, "inFlight")));
        lines.add("%-8s %10s %10s %10s %10s".formatted("role", "lag", "taken/s", "version", "behind"));
        for (String role : status.lag().keySet()) {
            JsonObject of = object.getAsJsonObject(role);
            lines.add("%-8s %10s %10s %10s %10s"
                    .formatted(
                            role,
                            text(of, "lag"),
                            text(of, "takenPerSecond"),
                            text(of, "version"),
                            text(of, "behind")));
        }
        lines.add("reverse KL %s  staleness %s (most %s)  dropped %s  dead letters %s"
                .formatted(
                        text(object, Metrics.REVERSE_KL),
                        text(object, Metrics.STALENESS),
                        text(object, MOST_STALE),
                        text(object, "dropped"),
                        text(object, "deadLetters")));
        return lines;
    }

    private static void metric(JsonObject object, RunHistory history, String name) {
        Optional<Double> value = history.metric(name);
        value.ifPresent(measured -> object.addProperty(name, measured));
    }

    private static double rate(long then, long now, Reading last, Reading next) {
        return (now - then) / Math.max(1e-9, (next.nanos() - last.nanos()) / 1e9);
    }

    private static String text(JsonObject object, String name) {
        if (!object.has(name)) {
            return "-";
        }
        double value = object.get(name).getAsDouble();
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) < 1 ? "%.4f" : "%.1f", value);
    }
}
