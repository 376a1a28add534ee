// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Expected values from a golden file of the shared test data, by name. */
public final class Golden {

    private final JsonObject json;

    private Golden(JsonObject json) {
        this.json = json;
    }

    /** The values of a file; the calling test is skipped where it is absent. */
    public static Golden read(String relative) throws IOException {
        return new Golden(JsonParser.parseString(Files.readString(SharedData.path(relative)))
                .getAsJsonObject());
    }

    /** The list of cases that most files hold. */
    public List<Golden> cases() {
        return json.getAsJsonArray("cases").asList().stream()
                .map(element -> new Golden(element.getAsJsonObject()))
                .toList();
    }

    /** A value that has values of its own. */
    public Golden child(String name) {
        return new Golden(json.getAsJsonObject(name));
    }

    public double number(String name) {
        return json.get(name).getAsDouble();
    }

    public String text(String name) {
        return json.get(name).getAsString();
    }

    public int[] ints(String name) {
        return json.getAsJsonArray(name).asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    public double[] doubles(String name) {
        return doubles(json.get(name));
    }

    /** A list of lists. */
    public double[][] rows(String name) {
        return json.getAsJsonArray(name).asList().stream().map(Golden::doubles).toArray(double[][]::new);
    }

    /** Floats as doubles, for comparison. */
    public static double[] widened(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static double[] doubles(JsonElement list) {
        return list.getAsJsonArray().asList().stream()
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }
}
