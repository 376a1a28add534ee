// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.console.ConsoleRun;
import io.coffey.console.RoleStates;
import io.coffey.console.RunRecords;
import io.coffey.console.telemetry.Bucket;
import io.coffey.console.telemetry.Curves;
import io.coffey.console.telemetry.Spread;
import io.coffey.service.ExitCode;
import io.coffey.service.HttpPages.Page;
import io.coffey.service.HttpPages.Request;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ConsolePagesTest {

    private final ConsolePages pages = new ConsolePages(
            new ConsoleRun("run", "run", "broker:9092", "run.yaml", "1", 4),
            new TwoSteps(),
            new FixedRecords(),
            host -> host.equals("localhost:7070"));

    @Test
    void letsTheBrowserRunNoScriptButThePagesOwn() throws IOException {
        Map<String, String> headers = get("/", Map.of()).headers();

        assertThat(headers.get("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(headers).containsEntry("X-Content-Type-Options", "nosniff");
    }

    @Test
    void servesEveryFileThatThePageLoadsAndNothingOfAnotherSite() throws IOException {
        Pattern reference = Pattern.compile("(?:src|href)=\"([a-z-]+\\.[a-z]+)\"|from '\\./([a-z-]+\\.js)'");
        Set<String> seen = new HashSet<>(Set.of("/"));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            String path = open.removeFirst();
            Page page = get(path, Map.of());
            assertThat(page.status()).as(path).isEqualTo(200);
            String text = new String(page.body(), StandardCharsets.UTF_8);
            if (path.equals("/echarts.js")) {
                assertThat(text).hasSizeGreaterThan(500_000);
                continue;
            }
            assertThat(text.replace("http://www.w3.org/2000/svg", ""))
                    .as(path)
                    .doesNotContain("http:", "https:", "innerHTML");
            Matcher matcher = reference.matcher(text);
            while (matcher.find()) {
                String next = "/" + (matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
                if (seen.add(next)) {
                    open.add(next);
                }
            }
        }
        assertThat(seen)
                .contains("/echarts.js", "/app.js", "/loop.js", "/console.css", "/icon.svg")
                .hasSize(15);
    }

    @Test
    void servesNoOtherFile() throws IOException {
        for (String path : List.of("/../pom.xml", "/..%2fpom.xml", "//etc/passwd", "/nothing.js", "/api/nothing")) {
            assertThat(get(path, Map.of()).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void answersToItsOwnNameAlone() throws IOException {
        Page page = pages.page(new Request("/api/run", Map.of(), "evil.example:7070"));

        assertThat(page.status()).isEqualTo(403);
        assertThat(new String(page.body(), StandardCharsets.UTF_8)).doesNotContain("broker");
    }

    @Test
    void givesCurvesAsColumns() throws IOException {
        JsonObject steps = json("/api/curves", Map.of("metrics", "reverseKl")).getAsJsonObject("steps");

        assertThat(steps.get("last").toString()).isEqualTo("[1,2]");
        assertThat(steps.get("names").toString()).isEqualTo("[\"loss\",\"reverseKl\"]");
        assertThat(steps.getAsJsonObject("metrics").toString())
                .isEqualTo("{\"reverseKl\":{\"mean\":[0.5,null],\"min\":[0.5,null],\"max\":[0.5,null]}}");
    }

    @Test
    void looksForAStepFromWhereItsBucketBegins() throws IOException {
        assertThat(json("/api/step", Map.of("step", "2")).get("near").getAsLong())
                .isEqualTo(40);
        assertThat(json("/api/steps", Map.of("to", "2", "count", "1"))
                        .get("newest")
                        .getAsLong())
                .isEqualTo(2);
    }

    @Test
    void saysWhatIsWrongWithARequest() throws IOException {
        Page noNumber = get("/api/step", Map.of("step", "-1"));
        Page tooFar = get("/api/step", Map.of("step", "3"));
        Page failed = get("/api/dead-letters", Map.of());

        assertThat(noNumber.status()).isEqualTo(400);
        assertThat(text(noNumber)).contains("step: expected a number of 0 or more, found \\\"-1\\\"");
        assertThat(text(tooFar)).contains("step 3: the newest is 2");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(text(failed)).isEqualTo("{\"problem\":\"no broker answers\"}");
    }

    private Page get(String path, Map<String, String> query) throws IOException {
        return pages.page(new Request(path, query, "localhost:7070"));
    }

    private JsonObject json(String path, Map<String, String> query) throws IOException {
        return JsonParser.parseString(text(get(path, query))).getAsJsonObject();
    }

    private static String text(Page page) {
        return new String(page.body(), StandardCharsets.UTF_8);
    }

    private static final class TwoSteps implements Curves {

        @Override
        public boolean caughtUp() {
            return true;
        }

        @Override
        public Optional<String> problem() {
            return Optional.empty();
        }

        @Override
        public List<Bucket> steps() {
            return List.of(bucket(1, 40, "reverseKl"), bucket(2, 42, "loss"));
        }

        @Override
        public List<Bucket> evaluations() {
            return List.of();
        }

        private static Bucket bucket(long step, long offset, String metric) {
            return new Bucket(
                    step,
                    step,
                    offset,
                    0,
                    0,
                    1,
                    0,
                    1,
                    1,
                    step,
                    new TreeMap<>(Map.of(metric, new Spread(1, 0.5, 0.5, 0.5, 0.5))));
        }
    }

    private static final class FixedRecords implements RunRecords {

        @Override
        public Optional<RoleStates> roles() {
            return Optional.empty();
        }

        @Override
        public JsonObject opening() {
            return new JsonObject();
        }

        @Override
        public JsonArray steps(long first, long last, long near) {
            return new JsonArray();
        }

        @Override
        public JsonObject step(long step, long near) {
            JsonObject object = new JsonObject();
            object.addProperty("near", near);
            return object;
        }

        @Override
        public JsonArray newest(int count) {
            return new JsonArray();
        }

        @Override
        public JsonArray ofPrompt(String promptId, int count) {
            return new JsonArray();
        }

        @Override
        public JsonObject trajectory(int partition, long offset) {
            return new JsonObject();
        }

        @Override
        public JsonArray deadLetters(int count) {
            throw new UserException(ExitCode.BROKER, "no broker answers");
        }

        @Override
        public void close() {}
    }
}
