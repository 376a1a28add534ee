// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.TokenBatch;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A loss written as TorchScript: the text of {@code shared.py}, those of {@linkplain ScriptPart other parts}, and the
 * objective's own, named like its class unless it says otherwise, which defines {@code loss(self, ${ARGUMENTS})}. The
 * arguments are described in {@code shared.py}; it returns the scalar loss, and its metrics as sums in the order of the
 * names.
 */
final class ScriptLoss implements ObjectiveLoss {

    /** The metrics that {@code shared.py} makes for every loss, in its order. */
    private static final List<String> WATCHED = List.of(
            MetricSums.TOKENS, "loss", "reverseKl", "logRatio", "studentEntropy", "teacherEntropy", "undecidedTeacher");

    private static final String SHARED = "shared.py";

    /** Entropy in nats above which EOPD calls a teacher undecided; the metric undecidedTeacher counts such tokens. */
    private static final double UNDECIDED = 0.8;

    private final Objective objective;
    private final int vocabularySize;
    private final List<String> metricNames;
    private final List<String> stateNames;
    private final String name;
    private final String text;
    private final Map<String, Object> constants;
    private final Script compiled;

    /**
     * Compiles the script of an objective.
     *
     * @param ownMetrics names of the metrics that the script adds to those every loss has
     * @param constants what its placeholders stand for
     */
    ScriptLoss(Objective objective, int vocabularySize, List<String> ownMetrics, Map<String, ?> constants) {
        this(objective, vocabularySize, List.of(), ownMetrics, constants);
    }

    /**
     * Compiles the script of an objective that calls functions of other texts.
     *
     * @param parts these texts
     * @param ownMetrics names of the metrics that the script adds to those of every loss and of the parts
     * @param constants what its own placeholders stand for
     */
    ScriptLoss(
            Objective objective,
            int vocabularySize,
            List<ScriptPart> parts,
            List<String> ownMetrics,
            Map<String, ?> constants) {
        this(objective, objective.getClass(), vocabularySize, parts, ownMetrics, constants);
    }

    /**
     * Compiles for one objective the script of another, whose loss it has.
     *
     * @param script the class that the script is named like
     */
    ScriptLoss(
            Objective objective,
            Class<? extends Objective> script,
            int vocabularySize,
            List<ScriptPart> parts,
            List<String> ownMetrics,
            Map<String, ?> constants) {
        this.objective = objective;
        this.vocabularySize = vocabularySize;
        this.stateNames = List.copyOf(objective.controller().initial().keySet());
        this.name = script.getSimpleName() + ".py";
        Map<String, Object> all = new HashMap<>(constants);
        all.put("ARGUMENTS", String.join(": Tensor, ", arguments()) + ": Tensor");
        all.put("UNDECIDED", UNDECIDED);
        List<String> metrics = new ArrayList<>(WATCHED);
        StringBuilder texts = new StringBuilder(text(SHARED));
        for (ScriptPart part : parts) {
            all.putAll(part.constants());
            metrics.addAll(part.metrics());
            texts.append(text(part.resource()));
        }
        metrics.addAll(ownMetrics);
        parts.forEach(part -> metrics.addAll(part.maxima()));
        this.metricNames = List.copyOf(metrics);
        this.constants = Map.copyOf(all);
        this.text = texts.append(text(name)).toString();
        this.compiled = Script.compile(name, text, all);
    }

    /** What {@code shared.py} says of the arguments of a loss and of what it returns. */
    static String conventions() {
        return text(SHARED)
                .lines()
                .skip(2)
                .takeWhile(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("# ?", ""))
                .collect(Collectors.joining("\n"));
    }

    /** Compiles the script of an objective that compares distributions on a support. */
    static ScriptLoss onSupport(
            Objective objective,
            int vocabularySize,
            Support support,
            List<String> ownMetrics,
            Map<String, ?> constants) {
        return new ScriptLoss(objective, vocabularySize, List.of(support.part()), ownMetrics, constants);
    }

    @Override
    public List<String> arguments() {
        return Stream.of(
                        Stream.of("logits"),
                        TokenBatch.TENSORS.stream(),
                        Stream.of("total_tokens", "total_sequences"),
                        stateNames.stream())
                .flatMap(names -> names)
                .toList();
    }

    @Override
    public byte[] archive() {
        return Script.archive(name, text, constants);
    }

    @Override
    public TokenBatch batch(List<ScoredTrajectory> trajectories) {
        for (ScoredTrajectory scored : trajectories) {
            if (!scored.failed()) {
                objective
                        .needs()
                        .check(objective.name(), scored, scored.scores().get(0), vocabularySize);
            }
        }
        return objective.needs().pairs() ? TokenBatch.ofPairs(trajectories) : TokenBatch.of(trajectories);
    }

    @Override
    public LossResult evaluate(
            TensorScope scope, Tensor logits, TokenBatch batch, BatchTotals totals, Map<String, Double> state) {
        long[] expected = {batch.rowCount(), vocabularySize};
        if (!Arrays.equals(logits.shape(), expected)) {
            throw new IllegalArgumentException("objective %s expected logits of shape %s, found %s"
                    .formatted(objective.name(), Arrays.toString(expected), Arrays.toString(logits.shape())));
        }
        if (totals.tokens() < 1 || totals.sequences() < 1) {
            throw new IllegalArgumentException(
                    "objective %s divides by what the whole batch trains: expected 1 token or more, found %s"
                            .formatted(objective.name(), totals));
        }
        if (batch.teacherTemperature() != null && !objective.softensTeacher()) {
            throw new IllegalArgumentException(
                    "objective %s takes no temperature of the teacher at every token, but found some"
                            .formatted(objective.name()));
        }
        objective.needs().check(objective.name(), batch, vocabularySize);
        List<Object> arguments = new ArrayList<>();
        arguments.add(logits);
        arguments.addAll(batch.tensors(scope));
        arguments.add(scope.scalar((double) totals.tokens()));
        arguments.add(scope.scalar((double) totals.sequences()));
        for (String name : stateNames) {
            arguments.add(scope.scalar(carried(state, name)));
        }
        List<Tensor> results = compiled.callWithGradient(scope, "loss", arguments.toArray());
        return new LossResult(results.get(0), sums(results.get(1)));
    }

    @Override
    public boolean separable() {
        return objective.separable();
    }

    @Override
    public List<String> metricNames() {
        return metricNames;
    }

    @Override
    public Controller controller() {
        return objective.controller();
    }

    private double carried(Map<String, Double> state, String name) {
        Double value = state.get(name);
        if (value == null) {
            throw new IllegalArgumentException("objective %s carries %s from step to step, found %s"
                    .formatted(objective.name(), stateNames, state.keySet()));
        }
        return value;
    }

    private double[] sums(Tensor metrics) {
        double[] sums = metrics.doubleArray();
        if (sums.length != metricNames.size()) {
            throw new IllegalStateException("the script of objective %s returns %d metrics, named are %s"
                    .formatted(objective.name(), sums.length, metricNames));
        }
        return sums;
    }

    private static String text(String resource) {
        try (InputStream stream = ScriptLoss.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("no script " + resource + " beside the objectives");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("script " + resource + " cannot be read", e);
        }
    }
}
