// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TelemetryTopologyTest {

    private static final Topics TOPICS = new Topics("run");
    private static final Codecs CODECS = new Codecs(SchemaSource.none());
    /** 864,000 are the steps of a day at ten a second; the build has less patience. */
    private static final int LONG_RUN = Integer.getInteger("coffey.console.steps", 20_000);

    private final TopologyTestDriver driver = new TopologyTestDriver(TelemetryTopology.of(TOPICS, CODECS));
    private final TestInputTopic<byte[], byte[]> ledger = topic(TOPICS.trainingSteps());
    private final TestInputTopic<byte[], byte[]> evaluations = topic(TOPICS.evaluations());

    private TestInputTopic<byte[], byte[]> topic(String name) {
        return driver.createInputTopic(name, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void closeDriver() {
        driver.close();
    }

    @Test
    void keepsEveryStepOfAShortRun() {
        write(line(0, Map.of("tokens", 0.0)));
        write(line(1, Map.of("tokens", 10.0, "reverseKl", 0.5)));
        write(line(2, Map.of("tokens", 12.0, "reverseKl", 0.25)));

        List<Bucket> steps = buckets(TelemetryTopology.STEPS);

        assertThat(steps).extracting(Bucket::firstStep).containsExactly(0L, 1L, 2L);
        assertThat(spread(steps.get(2), "reverseKl").mean()).isEqualTo(0.25);
        assertThat(steps.get(2).trained()).isEqualTo(2);
        assertThat(steps.get(2).dropped()).isEqualTo(2);
        assertThat(steps.get(2).credits()).isEqualTo(3); // a duplicate gives none back
        assertThat(steps.get(2).policyVersion()).isEqualTo(2);
        assertThat(steps.get(2).firstMillis()).isEqualTo(2000);
    }

    @Test
    void holdsALongRunInABoundedNumberOfBucketsAndLosesNoCount() {
        Map<String, Double> metrics = new HashMap<>();
        IntStream.range(0, 22).forEach(i -> metrics.put("metricOfTheObjective" + i, 0.1 * i));
        metrics.put("tokens", 3.0);
        for (int step = 0; step < LONG_RUN; step++) {
            metrics.put("reverseKl", (double) step);
            write(line(step, metrics));
        }

        List<Bucket> steps = buckets(TelemetryTopology.STEPS);

        assertThat(steps).hasSizeBetween(TelemetryTopology.MOST_BUCKETS / 2, TelemetryTopology.MOST_BUCKETS);
        assertThat(steps.stream().mapToLong(Bucket::trained).sum()).isEqualTo(2L * LONG_RUN);
        assertThat(steps.stream()
                        .mapToDouble(bucket -> spread(bucket, "tokens").sum())
                        .sum())
                .isEqualTo(3.0 * LONG_RUN);
        Bucket first = steps.get(0);
        assertThat(spread(first, "reverseKl").min()).isZero();
        assertThat(spread(first, "reverseKl").max()).isEqualTo((double) first.lastStep());
        assertThat(spread(first, "reverseKl").mean()).isCloseTo(first.lastStep() / 2.0, within(1e-9));
        for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i).firstStep()).isEqualTo(steps.get(i - 1).lastStep() + 1);
            assertThat(steps.get(i).firstOffset()).isEqualTo(steps.get(i).firstStep());
        }
        assertThat(bytes(TelemetryTopology.STEPS)).isLessThan(1_000_000);
    }

    @Test
    void leavesOutWhatIsNoNumber() {
        write(line(1, Map.of("reverseKl", Double.NaN, "loss", 1.5)));

        assertThat(buckets(TelemetryTopology.STEPS).get(0).metrics()).containsOnlyKeys("loss");
    }

    @Test
    void aRecordOfManyNamesDoesNotGrowABucketWithoutEnd() {
        Map<String, Double> many = new HashMap<>();
        IntStream.range(0, 5000).forEach(i -> many.put("metric" + i, 1.0));
        write(line(1, many));

        assertThat(buckets(TelemetryTopology.STEPS).get(0).metrics()).hasSize(100);
    }

    @Test
    void keepsEvaluationsAtTheVersionTheyAreOfWhateverTheirOrder() {
        write(new Evaluation("run", 60, 50, 300, Map.of("accuracyGreedy", 0.75)));
        write(new Evaluation("run", 0, 0, 300, Map.of("accuracyGreedy", 0.25)));

        assertThat(buckets(TelemetryTopology.EVALUATIONS))
                .extracting(
                        Bucket::firstStep,
                        bucket -> spread(bucket, "accuracyGreedy").mean())
                .containsExactly(tuple(0L, 0.25), tuple(50L, 0.75));
    }

    @Test
    void onlyReads() {
        String described = TelemetryTopology.of(TOPICS, CODECS).describe().toString();

        assertThat(described)
                .contains("run.training-steps", "run.evaluations")
                .containsSubsequence("0 for global store", "1 for global store")
                .doesNotContain("Sink", "Sub-topology: 2");
    }

    private void write(TrainingStep line) {
        ledger.pipeInput(new byte[0], CODECS.trainingSteps().encode(line), 1000 * line.step());
    }

    private void write(Evaluation evaluation) {
        evaluations.pipeInput(new byte[0], CODECS.evaluations().encode(evaluation), 1000 * evaluation.step());
    }

    private static TrainingStep line(long step, Map<String, Double> metrics) {
        return new TrainingStep(
                "run",
                step,
                Math.max(0, step - 1),
                step,
                List.of(new TrainedRecord(0, 2 * step, "1.0", 7), new TrainedRecord(1, 2 * step, "2.0", 8)),
                List.of(
                        new DroppedRecord(0, 1, "3.0", DropReason.EXPIRED),
                        new DroppedRecord(0, 2, "3.0", DropReason.DUPLICATE)),
                Map.of(0, 3L),
                4 * step,
                "divergence",
                "hash",
                7,
                Map.of("teacher", "revision"),
                "before",
                "after",
                metrics,
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static Spread spread(Bucket bucket, String metric) {
        return Objects.requireNonNull(bucket.metrics().get(metric), metric);
    }

    private List<Bucket> buckets(String name) {
        KeyValueStore<Long, Bucket> store = driver.getKeyValueStore(name);
        List<Bucket> buckets = new ArrayList<>();
        try (KeyValueIterator<Long, Bucket> all = store.all()) {
            all.forEachRemaining(entry -> buckets.add(entry.value));
        }
        return buckets;
    }

    private long bytes(String name) {
        return buckets(name).stream()
                .mapToLong(bucket -> BucketSerde.serde().serializer().serialize(name, bucket).length)
                .sum();
    }
}
