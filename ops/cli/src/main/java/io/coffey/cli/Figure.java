// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.JsonObject;
import io.coffey.bench.BenchmarkResult;
import java.util.List;
import java.util.Locale;

/**
 * A measured ratio and what it should be.
 *
 * @param name its name in JSON
 * @param words what it is
 * @param value the ratio
 * @param target what it should be
 * @param atMost whether it should be at most the target, not at least
 */
record Figure(String name, String words, double value, double target, boolean atMost) {

    /** The figures that have a target. */
    static List<Figure> of(BenchmarkResult result) {
        BenchmarkResult.Model small = result.small();
        BenchmarkResult.Model large = result.large();
        return List.of(
                share("trainSmall", "training, small, of the matmul peak", small.trainShareOfMatmulPeak(), 0.55),
                share("trainLarge", "training, large, of the matmul peak", large.trainShareOfMatmulPeak(), 0.60),
                share("decode1Small", "decoding 1, small, of the bandwidth", small.decodeShareOfBandwidth(), 0.60),
                share("decode1Large", "decoding 1, large, of the bandwidth", large.decodeShareOfBandwidth(), 0.60),
                share("decode32Small", "decoding 32, small, of the matmul peak", small.decodeShareOfMatmulPeak(), 0.40),
                share("decode32Large", "decoding 32, large, of the matmul peak", large.decodeShareOfMatmulPeak(), 0.40),
                new Figure("loadTimesRead", "loading, as multiple of reading", result.loadTimesRead(), 2, true));
    }

    private static Figure share(String name, String words, double value, double target) {
        return new Figure(name, words, value, target, false);
    }

    boolean met() {
        return atMost ? value <= target : value >= target;
    }

    /** As a line of text. */
    String line() {
        String measured = String.format(Locale.ROOT, atMost ? "%.2f" : "%.0f %%", atMost ? value : 100 * value);
        String wanted = String.format(Locale.ROOT, atMost ? "%.2f" : "%.0f %%", atMost ? target : 100 * target);
        return String.format(
                Locale.ROOT,
                "%-40s %7s  (target %s %s%s)",
                words,
                measured,
                atMost ? "<=" : ">=",
                wanted,
                met() ? "" : ", not met");
    }

    JsonObject json() {
        JsonObject object = new JsonObject();
        object.addProperty("name", name);
        object.addProperty("value", value);
        object.addProperty(atMost ? "atMost" : "atLeast", target);
        object.addProperty("met", met());
        return object;
    }
}
