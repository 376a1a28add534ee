// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.audit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.stream.RecordCodec;
import io.coffey.trainer.Coordinate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One line of the ledger held to the line before it and to the records it names. */
public final class StepAudit {

    private final LedgerLines.Line line;
    private final String ledgerTopic;
    private final String scoredTopic;
    private final List<AuditedRecord> trained;
    private final List<AuditedRecord> dropped;
    private final List<String> problems = new ArrayList<>();

    private StepAudit(
            LedgerLines.Line line,
            String ledgerTopic,
            String scoredTopic,
            List<AuditedRecord> trained,
            List<AuditedRecord> dropped) {
        this.line = line;
        this.ledgerTopic = ledgerTopic;
        this.scoredTopic = scoredTopic;
        this.trained = trained;
        this.dropped = dropped;
    }

    /**
     * Audits a step.
     *
     * @param ledger the whole ledger
     * @param step which step
     * @param records the scored topic that the run trains from
     * @param codec of its records
     * @throws io.coffey.service.UserException if the ledger has no such step
     */
    public static StepAudit of(
            LedgerLines ledger, long step, TopicRecords records, RecordCodec<ScoredTrajectory> codec) {
        LedgerLines.Line line = ledger.of(step);
        Map<Coordinate, FoundRecord> found = records.at(places(line.step()));
        return of(ledger, line, records.topic(), found, codec);
    }

    /** As above, with what stands in the scored topic at every place that the line names. */
    static StepAudit of(
            LedgerLines ledger,
            LedgerLines.Line line,
            String scoredTopic,
            Map<Coordinate, FoundRecord> found,
            RecordCodec<ScoredTrajectory> codec) {
        List<AuditedRecord> trained = line.step().trained().stream()
                .map(entry -> AuditedRecord.of(entry, at(found, entry.partition(), entry.offset()), codec))
                .toList();
        List<AuditedRecord> dropped = line.step().dropped().stream()
                .map(entry -> AuditedRecord.of(entry, at(found, entry.partition(), entry.offset()), codec))
                .toList();
        StepAudit audit = new StepAudit(line, ledger.topic(), scoredTopic, trained, dropped);
        audit.judge(ledger.find(line.step().step() - 1).map(LedgerLines.Line::step));
        return audit;
    }

    private static List<Coordinate> places(TrainingStep step) {
        return Stream.concat(
                        step.trained().stream().map(record -> new Coordinate(record.partition(), record.offset())),
                        step.dropped().stream().map(record -> new Coordinate(record.partition(), record.offset())))
                .toList();
    }

    private static FoundRecord at(Map<Coordinate, FoundRecord> found, int partition, long offset) {
        return Objects.requireNonNull(found.get(new Coordinate(partition, offset)));
    }

    private void judge(Optional<TrainingStep> before) {
        TrainingStep step = line.step();
        if (before.isPresent()) {
            continues("weights digest", before.get().digestAfter(), step.digestBefore());
            continues("policy version", before.get().policyVersionOut(), step.policyVersionIn());
            continues("settings hash", before.get().settingsHash(), step.settingsHash());
        } else if (step.step() > 0) {
            problems.add("the ledger has no step %d before it".formatted(step.step() - 1));
        }
        for (AuditedRecord record : trained) {
            if (record.problem() != null) {
                problems.add("trajectory %s in %s-%d at offset %d: %s"
                        .formatted(
                                record.trajectory(),
                                scoredTopic,
                                record.coordinate().partition(),
                                record.coordinate().offset(),
                                record.problem()));
            }
        }
    }

    private void continues(String what, Object before, Object now) {
        if (!before.equals(now)) {
            problems.add("%s: step %d ended with %s, step %d begins with %s"
                    .formatted(what, line.step().step() - 1, before, line.step().step(), now));
        }
    }

    /** What is not as the ledger says, one line each; none when all is. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** The audit for people, line by line. */
    public List<String> text() {
        TrainingStep step = line.step();
        List<String> lines = new ArrayList<>();
        lines.add("run %s, step %d (%s at offset %d)".formatted(step.runId(), step.step(), ledgerTopic, line.offset()));
        facts().forEach((name, value) -> lines.add("  %-20s %s".formatted(name, value)));
        named(lines, "teacher", step.teacherRevisions());
        named(lines, "metric", step.metrics());
        named(lines, "controller", step.controllers());
        named(lines, "setting", step.settings());
        named(lines, "environment", step.environment());
        lines.add("%d trained, from %s:".formatted(trained.size(), scoredTopic));
        trained.forEach(record -> lines.add(record.text()));
        lines.add("%d dropped".formatted(dropped.size()) + (dropped.isEmpty() ? "" : ":"));
        dropped.forEach(record -> lines.add(record.text()));
        if (problems.isEmpty()) {
            lines.add("all as the ledger says");
        } else {
            problems.forEach(problem -> lines.add("NOT as the ledger says: " + problem));
        }
        return lines;
    }

    private Map<String, String> facts() {
        TrainingStep step = line.step();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("objective", step.objective());
        facts.put("seed", Long.toString(step.seed()));
        facts.put("settings hash", step.settingsHash());
        facts.put("policy version", step.policyVersionIn() + " -> " + step.policyVersionOut());
        facts.put("weights before", step.digestBefore());
        facts.put("weights after", step.digestAfter());
        facts.put("requests so far", Long.toString(step.requestsDispatched()));
        facts.put(
                "next offsets",
                new TreeMap<>(step.nextOffsets())
                        .entrySet().stream()
                                .map(next -> next.getKey() + "@" + next.getValue())
                                .collect(Collectors.joining(" ")));
        return facts;
    }

    private static void named(List<String> lines, String kind, Map<String, ?> values) {
        new TreeMap<>(values).forEach((name, value) -> lines.add("  %-20s %s".formatted(kind + " " + name, value)));
    }

    /** The audit for machines. */
    public JsonObject json() {
        TrainingStep step = line.step();
        JsonObject object = new JsonObject();
        object.addProperty("run", step.runId());
        object.addProperty("step", step.step());
        object.addProperty("ledgerTopic", ledgerTopic);
        object.addProperty("ledgerOffset", line.offset());
        object.addProperty("objective", step.objective());
        object.addProperty("seed", step.seed());
        object.addProperty("settingsHash", step.settingsHash());
        object.addProperty("policyVersionIn", step.policyVersionIn());
        object.addProperty("policyVersionOut", step.policyVersionOut());
        object.addProperty("digestBefore", step.digestBefore());
        object.addProperty("digestAfter", step.digestAfter());
        object.addProperty("requestsDispatched", step.requestsDispatched());
        JsonObject next = new JsonObject();
        new TreeMap<>(step.nextOffsets())
                .forEach((partition, offset) -> next.addProperty(Integer.toString(partition), offset));
        object.add("nextOffsets", next);
        object.add("teacherRevisions", texts(step.teacherRevisions()));
        object.add("metrics", numbers(step.metrics()));
        object.add("controllers", numbers(step.controllers()));
        object.add("settings", texts(step.settings()));
        object.add("environment", texts(step.environment()));
        object.addProperty("scoredTopic", scoredTopic);
        object.add("trained", array(trained));
        object.add("dropped", array(dropped));
        JsonArray found = new JsonArray();
        problems.forEach(found::add);
        object.add("problems", found);
        return object;
    }

    private static JsonObject texts(Map<String, String> values) {
        JsonObject object = new JsonObject();
        new TreeMap<>(values).forEach(object::addProperty);
        return object;
    }

    /** Gson refuses what is no number; such a metric is a text. */
    private static JsonObject numbers(Map<String, Double> values) {
        JsonObject object = new JsonObject();
        new TreeMap<>(values).forEach((name, value) -> {
            if (Double.isFinite(value)) {
                object.addProperty(name, value);
            } else {
                object.addProperty(name, value.toString());
            }
        });
        return object;
    }

    private static JsonArray array(List<AuditedRecord> records) {
        JsonArray array = new JsonArray();
        records.forEach(record -> array.add(record.json()));
        return array;
    }
}
