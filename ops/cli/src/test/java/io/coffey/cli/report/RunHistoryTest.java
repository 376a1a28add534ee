// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.report.Chart.Point;
import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHistoryTest {

    private final RunHistory history = new RunHistory(2);

    @Test
    void addsUpTokensRecordsAndOpenCredits() {
        history.add(Lines.step(0, 8, 0, Map.of()));
        history.add(Lines.step(1, 12, 7, Map.of("tokens", 100.0), DropReason.EXPIRED));
        history.add(Lines.step(2, 12, 8, Map.of("tokens", 50.0), DropReason.DUPLICATE));

        assertThat(history.step()).isEqualTo(2);
        assertThat(history.trainedTokens()).isEqualTo(150);
        assertThat(history.trained()).isEqualTo(15);
        assertThat(history.dropped()).isEqualTo(2);
        assertThat(history.inFlight()).isEqualTo(2 * 12 - 15 - 1);
    }

    @Test
    void countsALineOnceWhenReadersStartOver() {
        assertThat(history.add(Lines.step(1, 4, 8, Map.of("tokens", 100.0)))).isTrue();
        assertThat(history.add(Lines.step(1, 4, 8, Map.of("tokens", 100.0)))).isFalse();

        assertThat(history.trainedTokens()).isEqualTo(100);
    }

    @Test
    void keepsTheFirstEvaluationBesideTheNewest() {
        history.add(evaluation(50, 0.8));
        history.add(evaluation(0, 0.3));

        assertThat(history.before().orElseThrow().metrics()).containsEntry("accuracyGreedy", 0.3);
        assertThat(history.newest().orElseThrow().metrics()).containsEntry("accuracyGreedy", 0.8);
        assertThat(history.evaluated("accuracyGreedy")).containsExactly(new Point(0, 0.3), new Point(50, 0.8));
    }

    @Test
    void summarisesBeforeAndAfterAndSurvivesTheFile(@TempDir Path directory) throws Exception {
        history.add(Lines.step(1, 4, 8, Map.of("tokens", 100.0)));
        history.add(evaluation(0, 0.3));
        history.add(evaluation(1, 0.9));

        Summary summary = Summary.of("sum", history, 61.04);
        summary.write(directory.resolve("summary.json"));

        assertThat(Summary.read(directory.resolve("summary.json"))).contains(summary);
        assertThat(Files.readString(directory.resolve("summary.json")))
                .contains("\"accuracyBefore\": 0.3", "\"accuracyAfter\": 0.9", "\"weightsDigest\": \"after-1\"")
                .contains("\"trainedTokens\": 100", "\"wallSeconds\": 61.0");
        assertThat(ResultTable.lines(summary))
                .contains("accuracy, greedy             30.0 %     90.0 %")
                .contains("trained 8 records (100 tokens), dropped 0, in 1 min 1 s");
    }

    @Test
    void showsProgressWithTheSpeedOfTheLastTenSeconds() {
        AtomicLong nanos = new AtomicLong();
        ProgressLine line = new ProgressLine(history, 400, nanos::get);
        assertThat(line.text())
                .isEqualTo("step 0/400  reverse KL -  reward -  accuracy -  tokens/s -  lag 0  staleness -");

        history.add(evaluation(0, 0.31));
        history.add(
                Lines.step(1, 8, 8, Map.of("tokens", 3000.0, "reverseKl", 0.25, "logRatio", -0.125, "staleness", 0.0)));
        nanos.set(2_000_000_000L);

        assertThat(line.text())
                .isEqualTo("step 1/400  reverse KL 0.2500  reward -0.1250  accuracy 31.0 %  tokens/s 1,500  lag 8"
                        + "  staleness 0.00");
    }

    @Test
    void writesAMetricsLineAStep(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("metrics.jsonl");
        try (MetricsFile metrics = new MetricsFile(file)) {
            metrics.write(Lines.step(1, 4, 2, Map.of("loss", 0.5, "entropy", Double.NaN)), Instant.EPOCH);
        }

        assertThat(Files.readAllLines(file))
                .isEqualTo(List.of("{\"step\":1,\"time\":\"1970-01-01T00:00:00Z\",\"policyVersion\":1,\"trained\":2,"
                        + "\"dropped\":0,\"weightsDigest\":\"after-1\",\"metrics\":{\"loss\":0.5}}"));
    }

    private static Evaluation evaluation(long version, double accuracy) {
        return new Evaluation("sum", version, version, 300, Map.of("accuracyGreedy", accuracy));
    }
}
