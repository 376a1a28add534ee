// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.JsonObject;
import io.coffey.bench.BenchmarkResult;
import io.coffey.cli.bench.StreamResult;
import java.util.ArrayList;
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
 * @param unit how it is written
 */
record Figure(String name, String words, double value, double target, boolean atMost, Unit unit) {

    /** How a ratio is written. */
    enum Unit {
        /** In per cent. */
        SHARE("%.0f %%", 100),
        /** As a multiple. */
        TIMES("%.2f", 1);

        private final String format;
        private final double factor;

        Unit(String format, double factor) {
            this.format = format;
            this.factor = factor;
        }

        private String of(double ratio) {
            return String.format(Locale.ROOT, format, factor * ratio);
        }
    }

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
                new Figure(
                        "loadTimesRead",
                        "loading, as multiple of reading",
                        result.loadTimesRead(),
                        2,
                        true,
                        Unit.TIMES));
    }

    /** The figures of the stream that have a target. */
    static List<Figure> of(StreamResult result) {
        List<Figure> figures = new ArrayList<>();
        figures.add(share("pipeline", "pipeline of null models, of raw clients", result.share(), 0.80));
        result.outsideModels()
                .forEach((order, share) -> figures.add(new Figure(
                        "outsideModels " + order,
                        "time without a model at work, " + order,
                        share,
                        0.10,
                        true,
                        Unit.SHARE)));
        return figures;
    }

    private static Figure share(String name, String words, double value, double target) {
        return new Figure(name, words, value, target, false, Unit.SHARE);
    }

    boolean met() {
        return atMost ? value <= target : value >= target;
    }

    /** As a line of text. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%-40s %7s  (target %s %s%s)",
                words,
                unit.of(value),
                atMost ? "<=" : ">=",
                unit.of(target),
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
