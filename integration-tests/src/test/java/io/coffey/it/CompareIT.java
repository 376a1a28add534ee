// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.coffey.cli.process.CoffeyProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs side by side, by the command: a table, a figure, and no run made twice. */
class CompareIT {

    private static final Path EXAMPLE = Path.of(System.getProperty("coffey.root"), "examples", "sum");
    private static final Pattern ROW =
            Pattern.compile("^\\| (sum-\\w+-seed\\d+) \\|.*`([0-9a-f]{12})` \\|$", Pattern.MULTILINE);

    @TempDir
    private Path directory;

    @Test
    void makesEveryRunAndTheNextTimeOnlyWhatIsMissing() throws Exception {
        assertThat(compare(1)).contains("run 1 of 2: opd, seed 7", "run 2 of 2: fkl, seed 7");
        List<String> first = rows();
        String metrics = Files.readString(directory.resolve("sum-opd-seed7/metrics.jsonl"));

        String again = compare(2);

        assertThat(first).hasSize(2);
        assertThat(report()).contains("4 of 4 runs");
        assertThat(rows()).hasSize(4).containsAll(first).doesNotHaveDuplicates();
        assertThat(again).contains("run 3 of 4: opd, seed 8", "run 4 of 4: fkl, seed 8");
        assertThat(Files.readString(directory.resolve("sum-opd-seed7/metrics.jsonl")))
                .as("what the first run measured")
                .isEqualTo(metrics);
        assertThat(Files.readString(directory.resolve("out/objectives.svg")))
                .startsWith("<svg")
                .contains("opd", "fkl", "sampled accuracy");
    }

    @Test
    void refusesFilesOfDifferentTasksBeforeTheFirstRun() throws Exception {
        Path other = EXAMPLE.resolveSibling("addition").resolve("opsd.yaml");

        try (CoffeyProcess process = CoffeyProcess.start(
                directory.resolve("refused.out"),
                List.of("compare", EXAMPLE.resolve("opd.yaml").toString(), other.toString()))) {
            assertThat(process.await(SumRun.LIMIT)).isEqualTo(2);
            assertThat(process.output())
                    .contains("prompts.file: expected ", "other tasks cannot be compared")
                    .doesNotContain("\tat ");
        }
    }

    private String compare(int seeds) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "compare",
                EXAMPLE.resolve("opd.yaml").toString(),
                EXAMPLE.resolve("fkl.yaml").toString(),
                "--seeds",
                Integer.toString(seeds),
                "--out",
                directory.resolve("out").toString()));
        for (String setting : List.of(
                "run.directory=" + directory,
                "trainer.steps=3",
                "trainer.batch=16",
                "rollout.slots=16",
                "evaluation.prompts=8",
                "evaluation.every=0")) {
            words.addAll(List.of("--set", setting));
        }
        try (CoffeyProcess process = CoffeyProcess.start(directory.resolve("compare-" + seeds + ".out"), words)) {
            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isZero();
            return process.output();
        }
    }

    private String report() throws Exception {
        return Files.readString(directory.resolve("out/objectives.md"));
    }

    /** Name and digest of every run in the report; the digest is what its summary says. */
    private List<String> rows() throws Exception {
        List<String> rows = new ArrayList<>();
        for (MatchResult row : ROW.matcher(report()).results().toList()) {
            String summary = Files.readString(directory.resolve(row.group(1)).resolve("summary.json"));
            assertThat(JsonParser.parseString(summary)
                            .getAsJsonObject()
                            .get("weightsDigest")
                            .getAsString())
                    .startsWith(row.group(2));
            rows.add(row.group(1) + " " + row.group(2));
        }
        return rows;
    }
}
