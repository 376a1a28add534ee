// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.web;

import com.google.gson.JsonObject;
import io.coffey.console.RoleStates;
import io.coffey.console.telemetry.Bucket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** How the loop of a run stands, with rates over the last few seconds of being asked. Not thread-safe. */
final class LoopAnswer {

    /** Rates are of this time. */
    private static final long WINDOW_NANOS = 10_000_000_000L;
    /** Readings further apart than this say nothing of now. */
    private static final long GAP_NANOS = 30_000_000_000L;

    private final int samplesPerPrompt;
    private final LongSupplier nanoTime;
    private final Deque<Reading> readings = new ArrayDeque<>();

    /** What rates are made of. */
    private record Reading(long nanos, double step, double tokens, Map<String, Long> taken) {}

    /**
     * An answer.
     *
     * @param samplesPerPrompt trajectories that a request brings
     * @param nanoTime a clock in nanoseconds
     */
    LoopAnswer(int samplesPerPrompt, LongSupplier nanoTime) {
        this.samplesPerPrompt = samplesPerPrompt;
        this.nanoTime = nanoTime;
    }

    /** What to say now; what cannot be told yet is left out. */
    JsonObject json(List<Bucket> steps, RoleStates roles) {
        Bucket last = steps.isEmpty() ? null : steps.get(steps.size() - 1);
        double tokens = steps.stream()
                .mapToDouble(bucket -> bucket.metrics().containsKey("tokens")
                        ? bucket.metrics().get("tokens").sum()
                        : 0)
                .sum();
        Reading now = new Reading(nanoTime.getAsLong(), last == null ? 0 : last.lastStep(), tokens, roles.taken());
        Reading base = base(now);
        JsonObject object = new JsonObject();
        object.addProperty("step", last == null ? 0 : last.lastStep());
        object.addProperty("trained", sum(steps, Bucket::trained));
        object.addProperty("dropped", sum(steps, Bucket::dropped));
        object.addProperty("trainedTokens", Math.round(tokens));
        if (last != null) {
            object.addProperty("policyVersion", last.policyVersion());
            object.addProperty("writtenMillis", last.lastMillis());
            object.addProperty(
                    "inFlight", Math.max(0, last.dispatched() * samplesPerPrompt - sum(steps, Bucket::credits)));
            JsonObject metrics = new JsonObject();
            last.metrics().forEach((name, spread) -> metrics.addProperty(name, spread.last()));
            object.add("metrics", metrics);
        }
        if (base != null) {
            object.addProperty("stepsPerSecond", rate(base.step(), now.step(), base, now));
            object.addProperty("tokensPerSecond", rate(base.tokens(), now.tokens(), base, now));
        }
        object.add("roles", roles(roles, last, base, now));
        JsonObject letters = new JsonObject();
        roles.deadLetters().forEach(letters::addProperty);
        object.add("deadLetters", letters);
        return object;
    }

    private static JsonObject roles(RoleStates roles, @Nullable Bucket last, @Nullable Reading base, Reading now) {
        JsonObject all = new JsonObject();
        roles.lag().forEach((role, lag) -> {
            JsonObject of = new JsonObject();
            of.addProperty("lag", lag);
            if (base != null) {
                double then = base.taken().getOrDefault(role, 0L).doubleValue();
                double taken = now.taken().getOrDefault(role, 0L).doubleValue();
                of.addProperty("takenPerSecond", rate(then, taken, base, now));
            }
            Long version = role.equals(RoleStates.TRAINER) && last != null
                    ? Long.valueOf(last.policyVersion())
                    : roles.versions().get(role);
            if (version != null) {
                of.addProperty("version", version);
                if (last != null) {
                    of.addProperty("behind", Math.max(0, last.policyVersion() - version));
                }
            }
            all.add(role, of);
        });
        return all;
    }

    /** The oldest reading of the window, which the new one joins. */
    private @Nullable Reading base(Reading now) {
        while (readings.size() > 1 && now.nanos() - readings.getFirst().nanos() > WINDOW_NANOS) {
            readings.removeFirst();
        }
        if (!readings.isEmpty() && now.nanos() - readings.getLast().nanos() > GAP_NANOS) {
            readings.clear();
        }
        readings.addLast(now);
        return readings.size() > 1 ? readings.getFirst() : null;
    }

    private static long sum(List<Bucket> steps, ToLongFunction<Bucket> count) {
        return steps.stream().mapToLong(count).sum();
    }

    private static double rate(double then, double now, Reading before, Reading after) {
        return Math.max(0, now - then) / ((after.nanos() - before.nanos()) / 1e9);
    }
}
