// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.report.RunHistory;
import io.coffey.cli.report.Summary;
import io.coffey.distillation.trajectory.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Path EXAMPLES = Path.of("../../examples/sum");

    private final List<PlannedRun> runs = Plan.of(
                    List.of(EXAMPLES.resolve("opd.yaml"), EXAMPLES.resolve("fkl.yaml")), 2, Map.of(), Map.of())
            .runs();

    @Test
    void setsMeansOverSeedsSideBySide() {
        Report report = new Report(List.of(outcome(0, 0.84), outcome(1, 0.75), outcome(2, 0.86)), 4);

        assertThat(report.markdown())
                .contains("3 of 4 runs", "on 300 held-out", "Each run takes 38,400 trajectories.")
                .contains(
                        "| opd | `divergence/reverse` | 2 | 30.0 ± 0.0 → **94.0 ± 0.0** | 17.0 ± 0.0 → **85.0 ± 1.4** |"
                                + " 1.5000 ± 0.0000 → **0.1000 ± 0.0000** | 1,000 ± 0 | 70 ± 0 |")
                .contains("| fkl | `divergence/forward` | 1 | 30.0 → **94.0** | 17.0 → **75.0** |")
                .contains("| sum-opd-seed8 | 8 | 94.0 | 86.0 | 0.1000 | 1,000 | 70 | `0123456789ab` |");
    }

    @Test
    void drawsTheMeanOfEverySeedInOneLinePerFile() {
        String figure = new Report(List.of(outcome(0, 0.5), outcome(1, 0.75), outcome(2, 1.0)), 4).figure();

        assertThat(figure).contains(">opd<", ">fkl<");
        assertThat(figure.split("<polyline", -1)).hasSize(1 + 3 * 2);
        // half-way up the first panel, which is 190 high and begins at 48: (0 + 0.75) of the way at the last step
        assertThat(figure).contains("736.0,95.5");
    }

    @Test
    void saysThatBudgetsDiffer() {
        List<Outcome> outcomes = new ArrayList<>(List.of(outcome(0, 0.8)));
        Outcome other = outcome(1, 0.8);
        outcomes.add(new Outcome(other.run(), summary(300, 0.8), other.history()));

        assertThat(new Report(outcomes, 2).markdown())
                .contains("The files do not say the same budget: runs take 19,200 to 38,400 trajectories.");
    }

    private Outcome outcome(int run, double sampled) {
        RunHistory history = new RunHistory(1);
        history.add(evaluation(0, 0.25));
        history.add(evaluation(600, sampled));
        return new Outcome(runs.get(run), summary(600, sampled), history);
    }

    private static Summary summary(long steps, double sampled) {
        return new Summary(
                "x", steps, 1000, 38400, 0, "0123456789abcdef", 0.3, 0.94, 0.17, sampled, 1.5, 0.1, 300, 70.0);
    }

    private static Evaluation evaluation(long version, double sampled) {
        return new Evaluation(
                "x",
                version,
                version,
                300,
                Map.of("accuracySampled", sampled, "accuracyGreedy", 0.5, "reverseKl", 0.1));
    }
}
