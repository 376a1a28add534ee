// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.coffey.console.telemetry.Bucket;
import io.coffey.console.telemetry.Spread;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** Buckets as columns: of steps, of times, and three of every metric. */
final class CurvesAnswer {

    private CurvesAnswer() {}

    /**
     * The columns.
     *
     * @param wanted names of the metrics whose values are wanted; the names of all others are listed
     */
    static JsonObject json(List<Bucket> buckets, Set<String> wanted) {
        JsonObject object = new JsonObject();
        object.add("first", column(buckets, Bucket::firstStep));
        object.add("last", column(buckets, Bucket::lastStep));
        object.add("millis", column(buckets, Bucket::lastMillis));
        SortedSet<String> names = new TreeSet<>();
        buckets.forEach(bucket -> names.addAll(bucket.metrics().keySet()));
        JsonArray all = new JsonArray();
        names.forEach(all::add);
        object.add("names", all);
        JsonObject metrics = new JsonObject();
        names.stream().filter(wanted::contains).forEach(name -> metrics.add(name, metric(buckets, name)));
        object.add("metrics", metrics);
        return object;
    }

    private static JsonObject metric(List<Bucket> buckets, String name) {
        JsonObject columns = new JsonObject();
        columns.add("mean", spreads(buckets, name, Spread::mean));
        columns.add("min", spreads(buckets, name, Spread::min));
        columns.add("max", spreads(buckets, name, Spread::max));
        return columns;
    }

    private static JsonArray spreads(List<Bucket> buckets, String name, ToDoubleFunction<Spread> value) {
        JsonArray column = new JsonArray(buckets.size());
        for (Bucket bucket : buckets) {
            Spread spread = bucket.metrics().get(name);
            column.add(spread == null ? JsonNull.INSTANCE : new JsonPrimitive(shortened(value.applyAsDouble(spread))));
        }
        return column;
    }

    /** Seven digits draw any curve, and are half of what travels. */
    private static double shortened(double value) {
        return (float) value;
    }

    private static JsonArray column(List<Bucket> buckets, ToDoubleFunction<Bucket> value) {
        JsonArray column = new JsonArray(buckets.size());
        buckets.forEach(bucket -> column.add((long) value.applyAsDouble(bucket)));
        return column;
    }
}
