// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.watching;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grafana's own linter is not to be had everywhere; this holds the dashboard to what it would ask first. */
class DashboardTest {

    private static final Path DASHBOARD = Path.of(System.getProperty("coffey.root"), "ops/grafana/coffey-runs.json");

    @TempDir
    private Path directory;

    @Test
    void everyPanelSaysWhatItShowsAndAsksTheDataSourceThatIsChosen() throws IOException {
        List<JsonObject> panels = panels();

        assertThat(panels).hasSizeGreaterThan(10).allSatisfy(panel -> {
            assertThat(panel.get("title").getAsString()).isNotBlank();
            assertThat(panel.get("description").getAsString()).endsWith(".");
            assertThat(panel.getAsJsonObject("fieldConfig")
                            .getAsJsonObject("defaults")
                            .get("unit")
                            .getAsString())
                    .isNotBlank();
            assertThat(panel.getAsJsonArray("targets")).isNotEmpty();
            assertThat(panel.getAsJsonObject("datasource").get("uid").getAsString())
                    .isEqualTo("${datasource}");
        });
        assertThat(panels.stream().map(panel -> panel.get("id").getAsInt())).doesNotHaveDuplicates();
        assertThat(panels.stream().map(panel -> panel.get("gridPos").toString()))
                .doesNotHaveDuplicates();
    }

    @Test
    void prometheusUnderstandsEveryExpression() throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        int count = 0;
        for (String expression : expressions()) {
            rules.append("      - record: panel:%d\n        expr: '%s'\n"
                    .formatted(
                            count++,
                            expression
                                    .replace("$__rate_interval", "5m")
                                    .replace("$run", ".*")
                                    .replace("'", "''")));
        }
        Path file = Files.writeString(directory.resolve("dashboard.yml"), rules);

        Promtool.require("check", "rules", file.toString());
    }

    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (JsonObject panel : panels()) {
            for (JsonElement target : panel.getAsJsonArray("targets")) {
                expressions.add(target.getAsJsonObject().get("expr").getAsString());
            }
        }
        return expressions;
    }

    private static List<JsonObject> panels() throws IOException {
        List<JsonObject> panels = new ArrayList<>();
        JsonParser.parseString(Files.readString(DASHBOARD))
                .getAsJsonObject()
                .getAsJsonArray("panels")
                .forEach(panel -> panels.add(panel.getAsJsonObject()));
        return panels;
    }
}
