// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.Trajectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference of metrics knows every metric of a step. */
class MetricsDocumentTest {

    private static final Path DOCUMENT = Path.of(System.getProperty("coffey.root"), "docs", "metrics.md");
    private static final Pattern NAME = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);

    @Test
    void explainsEveryMetricOfEveryObjectiveAndOfABatch() throws IOException {
        Set<String> explained = NAME.matcher(Files.readString(DOCUMENT))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> told =
                new TreeSet<>(BatchStatistics.of(List.of(sampledWith(3)), 4).keySet());
        for (String type : Objectives.types()) {
            told.addAll(Objectives.create(Map.of("type", type)).compile(8).metricNames());
        }

        assertThat(explained).containsAll(told);
    }

    @Test
    void countsStalenessByTokenAndLengthsByCompletion() {
        Map<String, Double> statistics = BatchStatistics.of(List.of(sampledWith(3), sampledWith(1)), 4);

        assertThat(statistics)
                .containsEntry("staleness", 1.0)
                .containsEntry("minStaleness", 0.0)
                .containsEntry("maxStaleness", 2.0)
                .containsEntry("trajectories", 2.0);
    }

    private static Trajectory sampledWith(long version) {
        return Arrivals.scored(Arrivals.RUN, 0, version, null).trajectory();
    }
}
