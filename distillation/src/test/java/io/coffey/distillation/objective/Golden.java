// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * What published implementations compute, from the shared test data: student and teacher logits [B, T, V], labels [B,
 * T] with a negative one at padding, and cases.
 */
final class Golden {

    private final JsonObject file;

    private Golden(JsonObject file) {
        this.file = file;
    }

    /** Opens a file of the shared test data; skips the test where there is none. */
    static Golden open(String name) throws IOException {
        Path path = Path.of(System.getProperty("coffey.shared", "shared"), "golden", name);
        Assumptions.assumeTrue(Files.exists(path), "the shared test data is not here: " + path);
        try (Reader reader = Files.newBufferedReader(path)) {
            return new Golden(JsonParser.parseReader(reader).getAsJsonObject());
        }
    }

    List<JsonObject> cases() {
        return StreamSupport.stream(file.getAsJsonArray("cases").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** An input [B, T], all its sequences after one another. */
    double[] flat(String input) {
        return flat(file.getAsJsonObject("inputs").getAsJsonArray(input));
    }

    /** An input [B, T, V] as [B*T][V]. */
    double[][] rows(String input) {
        return rows(file.getAsJsonObject("inputs").getAsJsonArray(input));
    }

    /** Numbers in one row. */
    double[] numbers(String input) {
        return numbers(file.getAsJsonObject("inputs").getAsJsonArray(input));
    }

    static double[] numbers(JsonArray row) {
        return StreamSupport.stream(row.spliterator(), false)
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }

    /** Numbers that are one level less deep: a row for each sequence. */
    double[][] sequences(String input) {
        return sequences(file.getAsJsonObject("inputs").getAsJsonArray(input));
    }

    static double[][] sequences(JsonArray batch) {
        return StreamSupport.stream(batch.spliterator(), false)
                .map(row -> numbers(row.getAsJsonArray()))
                .toArray(double[][]::new);
    }

    static double[] flat(JsonArray batch) {
        return StreamSupport.stream(batch.spliterator(), false)
                .flatMap(row -> StreamSupport.stream(row.getAsJsonArray().spliterator(), false))
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }

    static double[][] rows(JsonArray batch) {
        return StreamSupport.stream(batch.spliterator(), false)
                .map(sequence -> sequence.getAsJsonArray())
                .flatMap(sequence -> StreamSupport.stream(sequence.spliterator(), false))
                .map(row -> StreamSupport.stream(row.getAsJsonArray().spliterator(), false)
                        .mapToDouble(JsonElement::getAsDouble)
                        .toArray())
                .toArray(double[][]::new);
    }

    double[][] studentLogits() {
        return rows("student_logits");
    }

    /** How many labels are not padding. */
    int trained() {
        return (int) Arrays.stream(flat("labels")).filter(label -> label >= 0).count();
    }

    /** The labels as supports of one token; token 0 at padding. */
    int[][] labels() {
        return Arrays.stream(flat("labels"))
                .mapToObj(label -> new int[] {(int) Math.max(label, 0)})
                .toArray(int[][]::new);
    }

    /** The batch as one trajectory whose labels are the sampled tokens. */
    ScoredTrajectory sampledLabels(int[][] teacherTop, int[][] studentTop) {
        return sampledFirst(labels(), teacherTop, studentTop);
    }

    /** The batch as one trajectory whose sampled tokens are the first of a support, which they so leave as it is. */
    ScoredTrajectory sampledFirst(int[][] support, int[][] teacherTop, int[][] studentTop) {
        int[] tokens = Arrays.stream(support).mapToInt(ids -> ids[0]).toArray();
        int[] mask = Arrays.stream(flat("labels"))
                .mapToInt(label -> label < 0 ? 0 : 1)
                .toArray();
        double[][] teacher = Arrays.stream(rows("teacher_logits"))
                .map(Distributions::logSoftmax)
                .toArray(double[][]::new);
        return Sample.of(teacher, tokens)
                .mask(mask)
                .teacherTop(teacherTop)
                .studentTop(studentTop)
                .scored(0);
    }

    /** The k likeliest tokens of each row of logits. */
    static int[][] tops(double[][] logits, int k) {
        return Arrays.stream(logits).map(row -> Distributions.top(k, row)).toArray(int[][]::new);
    }
}
