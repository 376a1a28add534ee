// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.diagnose;

import io.coffey.cli.diagnose.Alignment.Form;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Alignments of many nodes, apart for rollouts that became right and for those that did not. Not thread-safe. */
public final class Diagnosis {

    private final List<Measured> nodes = new ArrayList<>();
    private int flat;

    /** A node's cosines by form. */
    private record Measured(boolean right, Map<Form, Double> cosines) {}

    /**
     * What the nodes of one kind come to.
     *
     * @param outcome right or wrong
     * @param form of the objective
     * @param nodes how many there are
     * @param mean of their cosines; absent of none
     * @param deviation standard deviation of a sample; absent of fewer than two
     * @param agreeing share of them with a cosine above 0; absent of none
     */
    public record Row(
            String outcome,
            String form,
            int nodes,
            @Nullable Double mean,
            @Nullable Double deviation,
            @Nullable Double agreeing) {}

    /**
     * Adds a node.
     *
     * @param success how often completions that go on with each candidate became right, [K]
     */
    void add(Node node, double[] success) {
        double[] ideal = Alignment.ideal(node.student(), success);
        Map<Form, Double> cosines = new EnumMap<>(Form.class);
        for (Form form : Form.values()) {
            OptionalDouble cosine = Alignment.cosine(ideal, Alignment.distilled(form, node.student(), node.teacher()));
            cosine.ifPresent(value -> cosines.put(form, value));
        }
        if (cosines.isEmpty()) {
            flat++;
        } else {
            nodes.add(new Measured(node.right(), cosines));
        }
    }

    /**
     * Nodes that point nowhere: whatever comes next, as many completions become right, or teacher and student agree.
     */
    public int flat() {
        return flat;
    }

    /** By outcome and form. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (boolean right : new boolean[] {true, false}) {
            for (Form form : Form.values()) {
                double[] cosines = nodes.stream()
                        .filter(node -> node.right() == right && node.cosines().containsKey(form))
                        .mapToDouble(node -> node.cosines().getOrDefault(form, Double.NaN))
                        .toArray();
                rows.add(row(
                        right ? "right" : "wrong",
                        form.name().toLowerCase(Locale.ROOT).replace("_kl", " KL"),
                        cosines));
            }
        }
        return rows;
    }

    private static Row row(String outcome, String form, double[] cosines) {
        if (cosines.length == 0) {
            return new Row(outcome, form, 0, null, null, null);
        }
        double sum = 0;
        int agreeing = 0;
        for (double cosine : cosines) {
            sum += cosine;
            agreeing += cosine > 0 ? 1 : 0;
        }
        double mean = sum / cosines.length;
        double squares = 0;
        for (double cosine : cosines) {
            squares += (cosine - mean) * (cosine - mean);
        }
        @Nullable Double deviation = cosines.length < 2 ? null : Math.sqrt(squares / (cosines.length - 1));
        return new Row(outcome, form, cosines.length, mean, deviation, (double) agreeing / cosines.length);
    }
}
