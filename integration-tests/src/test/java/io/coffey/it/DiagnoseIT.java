// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.cli.process.CoffeyProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alignment of what the teacher teaches with what makes answers right, by the command on the example. */
class DiagnoseIT {

    private static final Path EXAMPLE = Path.of(System.getProperty("coffey.root"), "examples", "sum", "opd.yaml");
    private static final int PLACES = 8;

    @TempDir
    private Path directory;

    @Test
    void tellsTheAlignmentOfEveryPlaceAndTheSameAgain() throws Exception {
        String printed = diagnose("--json");

        JsonObject finding = JsonParser.parseString(printed).getAsJsonObject();
        int places = finding.get("flat").getAsInt();
        List<String> kinds = new ArrayList<>();
        for (JsonElement element : finding.getAsJsonArray("alignment")) {
            JsonObject row = element.getAsJsonObject();
            String form = row.get("form").getAsString();
            kinds.add(row.get("outcome").getAsString() + ", " + form);
            if (row.get("nodes").getAsInt() > 0) {
                assertThat(row.get("mean").getAsDouble()).isBetween(-1.0, 1.0);
            }
            places += "reverse KL".equals(form) ? row.get("nodes").getAsInt() : 0;
        }
        assertThat(kinds)
                .containsExactly("right, reverse KL", "right, forward KL", "wrong, reverse KL", "wrong, forward KL");
        assertThat(places).isEqualTo(PLACES);
        assertThat(diagnose("--json")).isEqualTo(printed);
    }

    @Test
    void printsATableForPeople() throws Exception {
        assertThat(diagnose().lines())
                .anyMatch(line -> line.matches("rollout +objective +places +cosine +deviation +above 0"))
                .anyMatch(line -> line.matches("(right|wrong) +(reverse|forward) KL +[1-9].*"))
                .anyMatch(line -> line.contains("more places point nowhere"));
    }

    @Test
    void asksForAVerifier() throws Exception {
        try (CoffeyProcess process = start("refused", "--set", "evaluation.verifier=")) {
            assertThat(process.await(SumRun.LIMIT)).isEqualTo(2);
            assertThat(process.output())
                    .contains("evaluation.verifier: missing, expected one of ")
                    .doesNotContain("\tat ");
        }
    }

    private String diagnose(String... options) throws Exception {
        try (CoffeyProcess process = start("diagnose-" + directory.toFile().list().length, options)) {
            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isZero();
            return process.output();
        }
    }

    private CoffeyProcess start(String name, String... options) {
        List<String> words = new ArrayList<>(List.of(
                "diagnose",
                EXAMPLE.toString(),
                "--prompts",
                "4",
                "--places",
                "2",
                "--candidates",
                "3",
                "--tries",
                "4"));
        words.addAll(List.of(options));
        return CoffeyProcess.start(directory.resolve(name + ".out"), words);
    }
}
