// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.console;

import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.TrainingStep;
import java.util.TreeMap;

/** A line of the ledger in short. */
final class StepSummary {

    private StepSummary() {}

    static JsonObject json(TrainingStep line, long millis) {
        JsonObject object = new JsonObject();
        object.addProperty("step", line.step());
        object.addProperty("millis", millis);
        object.addProperty("policyVersionIn", line.policyVersionIn());
        object.addProperty("policyVersionOut", line.policyVersionOut());
        object.addProperty("trained", line.trained().size());
        object.addProperty("dropped", line.dropped().size());
        JsonObject metrics = new JsonObject();
        new TreeMap<>(line.metrics()).forEach((name, value) -> {
            if (Double.isFinite(value)) {
                metrics.addProperty(name, value);
            }
        });
        object.add("metrics", metrics);
        return object;
    }
}
