// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.coffey.service.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {

    private static final Path OPD = Path.of("../../examples/sum/opd.yaml");
    private static final Path FKL = Path.of("../../examples/sum/fkl.yaml");

    @TempDir
    private Path directory;

    @Test
    void makesEveryFileWithOneSeedBeforeTheNext() {
        Plan plan = Plan.of(List.of(OPD, FKL), 2, Map.of(), Map.of());

        assertThat(plan.runs())
                .extracting(PlannedRun::label, PlannedRun::name, PlannedRun::seed)
                .containsExactly(
                        tuple("opd", "sum-opd-seed7", 7L),
                        tuple("fkl", "sum-fkl-seed7", 7L),
                        tuple("opd", "sum-opd-seed8", 8L),
                        tuple("fkl", "sum-fkl-seed8", 8L));
    }

    @Test
    void refusesAFileThatCannotRun() throws Exception {
        Path broken = variant("broken.yaml", "topK: 17 ", "topK: 18 ");

        assertThatThrownBy(() -> plan(OPD, broken))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(broken + ": objective divergence/reverse looks at the 18 likeliest tokens");
    }

    @Test
    void refusesAnotherTask() throws Exception {
        Path other = variant("other.yaml", "heldOut: 0.05", "heldOut: 0.2 ");

        assertThatThrownBy(() -> plan(OPD, other))
                .isInstanceOf(UserException.class)
                .hasMessage("%s: prompts.heldOut: expected 0.05 as in %s, found 0.2: other tasks cannot be compared"
                        .formatted(other, OPD));
    }

    @Test
    void refusesTwoFilesOfOneRun() throws Exception {
        Path same = variant("same.yaml", "seed: 7", "seed: 9");

        assertThatThrownBy(() -> plan(OPD, same))
                .isInstanceOf(UserException.class)
                .hasMessage("%s: another file is called same or has the run.name sum-opd: each needs its own"
                        .formatted(same));
    }

    private static Plan plan(Path... files) {
        return Plan.of(List.of(files), 1, Map.of(), Map.of());
    }

    private Path variant(String name, String expected, String replacement) throws Exception {
        String text = Files.readString(OPD);
        assertThat(text).contains(expected);
        String task = OPD.toRealPath().resolveSibling("").toString();
        text = text.replace("file: prompts.jsonl", "file: " + task + "/prompts.jsonl")
                .replace("model: student", "model: " + task + "/student")
                .replace("model: teacher", "model: " + task + "/teacher");
        if (!name.equals("same.yaml")) {
            text = text.replace("name: sum-opd", "name: other");
        }
        return Files.writeString(directory.resolve(name), text.replace(expected, replacement));
    }
}
