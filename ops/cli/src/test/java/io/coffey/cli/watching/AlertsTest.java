// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.watching;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules are rules, do what their tests say, and each has a page that says what to do. */
class AlertsTest {

    private static final Path OPS = Path.of(System.getProperty("coffey.root"), "ops");
    private static final Path ALERTS = OPS.resolve("prometheus/alerts.yml");

    @TempDir
    private Path directory;

    @Test
    void everyAlertHasAPageAndIsTestedBothWays() throws IOException {
        List<String> alerts = names();
        String tests = Files.readString(OPS.resolve("prometheus/alerts_test.yml"));

        assertThat(alerts).hasSizeGreaterThan(5).doesNotHaveDuplicates().allSatisfy(alert -> {
            assertThat(OPS.resolve("runbook/" + alert + ".md")).exists();
            assertThat(Files.readString(ALERTS)).contains("runbook: ops/runbook/" + alert + ".md");
            assertThat(tests).contains(alert + " fires").contains(alert + " keeps quiet");
        });
        try (Stream<Path> pages = Files.list(OPS.resolve("runbook"))) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", "")))
                    .containsExactlyInAnyOrderElementsOf(alerts);
        }
    }

    @Test
    void prometheusTakesTheRulesAndTheConfiguration() throws Exception {
        Promtool.require("check", "rules", ALERTS.toString());
        Promtool.require(
                "check", "config", OPS.resolve("prometheus/prometheus.yml").toString());
    }

    @Test
    void alertsFireAndKeepQuietAsTheirTestsSay() throws Exception {
        Promtool.require(
                "test", "rules", OPS.resolve("prometheus/alerts_test.yml").toString());
    }

    /** The control: a limit that was moved is noticed by the rules' own tests. */
    @Test
    void anAlertWithAnotherLimitFailsItsTest() throws Exception {
        Files.writeString(
                directory.resolve("alerts.yml"), Files.readString(ALERTS).replace("> 1800", "> 180000"));
        Files.copy(OPS.resolve("prometheus/alerts_test.yml"), directory.resolve("alerts_test.yml"));

        Promtool.Result result = Promtool.run(
                "test", "rules", directory.resolve("alerts_test.yml").toString());

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains("CoffeyTrainerStalled");
    }

    private static List<String> names() throws IOException {
        return Pattern.compile("- alert: (\\w+)")
                .matcher(Files.readString(ALERTS))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
