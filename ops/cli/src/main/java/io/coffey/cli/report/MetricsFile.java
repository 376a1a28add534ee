// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.TrainingStep;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code metrics.jsonl}: a line per optimiser step. It is a copy of the ledger for tools that read files, so every
 * start writes it anew from the ledger's first line and a step can never be in it twice.
 */
public final class MetricsFile implements Closeable {

    private final BufferedWriter writer;

    public MetricsFile(Path file) throws IOException {
        writer = Files.newBufferedWriter(file);
    }

    /**
     * Adds a step.
     *
     * @param line the ledger's line
     * @param committed when the broker took it
     */
    public void write(TrainingStep line, Instant committed) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("step", line.step());
        json.addProperty("time", committed.toString());
        json.addProperty("policyVersion", line.policyVersionOut());
        json.addProperty("trained", line.trained().size());
        json.addProperty("dropped", line.dropped().size());
        json.addProperty("weightsDigest", line.digestAfter());
        json.add("metrics", object(line.metrics()));
        writer.write(json.toString());
        writer.newLine();
        writer.flush();
    }

    /** Numbers by name, sorted; what is not finite has no spelling in JSON and is left out. */
    static JsonObject object(Map<String, Double> metrics) {
        JsonObject json = new JsonObject();
        new TreeMap<>(metrics).forEach((name, value) -> {
            if (Double.isFinite(value)) {
                json.addProperty(name, value);
            }
        });
        return json;
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
