// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.service.DeadLetters;
import io.coffey.service.KafkaClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The console in a real browser: first beside a run that goes on, then of the finished run, on any cluster. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT extends OnOneBroker {

    private static final int STEPS = 30;
    private static final Pattern ADDRESS = Pattern.compile("(?m)^console (http://\\S+)$");
    private static final Path PICTURES = Path.of("target", "console");
    private static final String HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>";

    /** Every view, and what it has when it has been read. */
    private static final Map<String, String> SHOWN = Map.of(
            "loop", ".node .version",
            "curves", ".canvas canvas",
            "trajectories", ".glass tr",
            "steps", "tbody tr",
            "steps/30", ".verdict",
            "dead-letters", ".letters li");

    static CoffeyProcess console;
    static @Nullable Browser opened;
    static String address;

    @BeforeAll
    static void openTheConsoleOfAFinishedRun() throws Exception {
        Files.createDirectories(PICTURES);
        try (CoffeyProcess process = run().start("run", "--console", "--port", 0)) {
            String live = address(process);
            Awaitility.await("curves while it runs")
                    .atMost(SumRun.LIMIT)
                    .until(() -> get(live, "api/curves?metrics=loss").contains("\"last\":[0,1,2,3"));
            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isZero();
        }
        setAside(HOSTILE);
        console = run().start("console", "--port", 0);
        address = address(console);
        Awaitility.await("all that was in the log")
                .atMost(SumRun.LIMIT)
                .until(() -> get(address, "api/curves?metrics=loss").contains(STEPS + "],\"millis\""));
    }

    @AfterAll
    static void closeAll() throws Exception {
        if (opened != null) {
            opened.close();
        }
        if (console != null) {
            console.terminate();
            assertThat(console.await(SumRun.LIMIT)).as(console.output()).isZero();
            console.close();
        }
    }

    @Test
    @Order(1)
    void answersWithoutABrowser() throws Exception {
        assertThat(get(address, "api/run")).contains("\"run\":\"shown\"", "\"objective.type\":\"divergence\"");
        assertThat(get(address, "api/loop")).contains("\"step\":" + STEPS, "\"scorer\":{\"lag\":");
        assertThat(JsonParser.parseString(get(address, "api/step?step=2"))
                        .getAsJsonObject()
                        .getAsJsonArray("trained"))
                .hasSize(SumRun.BATCH);
        assertThat(get(address, "api/trajectory?partition=0&offset=0"))
                .contains("\"alternatives\":[[{\"id\":", "\"student\":-", "\"teacher\":-");
        assertThat(get(address, "api/dead-letters")).contains("\"letter\":\"trajectories:0@0\"");
    }

    @Test
    @Order(2)
    void aRequestThatWouldChangeSomethingIsRefused() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address + "api/run"))
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    @Order(3)
    void showsEveryViewToTheMouse() throws Exception {
        Browser browser = browser();
        browser.look(1280, "light");
        browser.open(address);
        browser.await("document.querySelectorAll('.node').length === 3");
        browser.await("document.querySelector('.tile .value').textContent === '30'");

        browser.click("[data-view=curves]");
        browser.await("[...document.querySelectorAll('.now b')].length >= 8");
        browser.click(".chart summary");
        browser.await("document.querySelectorAll('.chart details tbody tr').length > 5");

        browser.click("[data-view=trajectories]");
        browser.await("document.querySelectorAll('.tokens button').length > 3");
        browser.click(".samples li:nth-child(2) a");
        browser.await("document.querySelector('.samples a[aria-current]')");
        browser.click(".tokens button:nth-child(2)");
        browser.await("document.querySelector('.glass h3').textContent.startsWith('Token 2 of')");
        browser.await("document.querySelectorAll('.glass tbody tr').length > 2");

        browser.click("[data-view=steps]");
        browser.click("tbody tr:nth-child(1) a");
        browser.await("document.querySelector('.verdict.good')");
        browser.click("section.card tbody tr:nth-child(1) td:nth-child(1) a");
        browser.await("location.hash.startsWith('#/trajectories/')");
        browser.await("document.querySelectorAll('.tokens button').length > 3");
        browser.click(".detail .facts a"); // back to its prompt
        browser.await("location.hash.startsWith('#/trajectories?prompt=')");
        browser.await("document.querySelectorAll('.samples li a').length > 0");

        browser.click("[data-view=dead-letters]");
        browser.await("document.querySelector('.letters code')");
        assertThat(browser.script("return document.querySelector('.command').textContent")
                        .getAsString())
                .startsWith("./coffey dlq redrive ")
                .endsWith(" trajectories:0@0");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    @Order(4)
    void showsTextOfRecordsAsTextAndRunsNoneOfIt() throws Exception {
        Browser browser = browser();
        browser.open(address + "#/dead-letters");
        browser.await("document.querySelector('.cause')");

        assertThat(browser.script("return document.querySelector('.cause').textContent")
                        .getAsString())
                .isEqualTo(HOSTILE);
        assertThat(browser.script("return document.querySelectorAll('main img, main script').length")
                        .getAsInt())
                .isZero();
        assertThat(browser.script("return document.title").getAsString()).startsWith("Dead letters");
        assertThat(browser.errors()).isEmpty();

        // Were it markup after all, the browser would still not run it, and say so.
        browser.script("document.querySelector('main').insertAdjacentHTML('beforeend', " + "`" + HOSTILE + "`)");
        Awaitility.await()
                .until(() -> browser.errors().stream().anyMatch(error -> error.contains("Content Security Policy")));
        assertThat(browser.script("return document.title").getAsString()).startsWith("Dead letters");
    }

    @Test
    @Order(5)
    void showsEveryViewToTheKeyboard() throws Exception {
        Browser browser = browser();
        browser.look(1280, "light");
        browser.open(address + "#/loop");
        browser.await("document.querySelectorAll('.node').length === 3");
        browser.press(Browser.TAB, Browser.ENTER);
        browser.await("document.activeElement.id === 'main'");

        for (String view : List.of("curves", "trajectories", "steps", "dead-letters", "loop")) {
            browser.script("document.getElementById('theme').focus()");
            int tabs = List.of("loop", "curves", "trajectories", "steps", "dead-letters")
                            .indexOf(view)
                    + 1;
            for (int i = 0; i < tabs; i++) {
                browser.press(Browser.TAB);
            }
            browser.press(Browser.ENTER);
            browser.await("document.querySelector('[data-view=" + view + "][aria-current]')");
            browser.await("document.activeElement.id === 'main'");
        }

        browser.open(address + "#/curves");
        browser.await("document.querySelectorAll('.now b').length >= 8");
        browser.script("document.querySelector('.canvas').focus()");
        browser.press(Browser.RIGHT, Browser.RIGHT);
        browser.await("/^Step 2: trained batch/.test(document.querySelector('.said').textContent)");

        browser.open(address + "#/trajectories");
        browser.await("document.querySelectorAll('.tokens button').length > 3");
        browser.script("document.querySelector('.tokens button').focus()");
        browser.press(Browser.RIGHT);
        browser.await("document.querySelector('.glass h3').textContent.startsWith('Token 2 of')");
        assertThat(browser.script("return document.activeElement.getAttribute('aria-label')")
                        .getAsString())
                .matches("token 2 of .*, reward .*");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    @Order(6)
    void isReadableNarrowAndWideInLightAndDark() throws Exception {
        Browser browser = browser();
        for (String scheme : List.of("light", "dark")) {
            for (int width : new int[] {1280, 400}) {
                browser.look(width, scheme);
                for (Map.Entry<String, String> shown : SHOWN.entrySet()) {
                    String view = shown.getKey();
                    browser.open("about:blank");
                    browser.open(address + "#/" + view);
                    browser.await("document.querySelector('" + shown.getValue() + "')");
                    assertThat(browser.script("return document.documentElement.scrollWidth")
                                    .getAsInt())
                            .as("%s at %d", view, width)
                            .isLessThanOrEqualTo(width);
                    browser.picture(PICTURES.resolve("%s-%s-%d.png".formatted(view.replace('/', '-'), scheme, width)));
                }
            }
        }
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    @Order(7)
    void anErrorInThePageWouldBeSeen() throws Exception {
        Browser browser = browser();
        browser.open(address);
        browser.script("setTimeout(() => { throw new Error('planted'); })");

        Awaitility.await().until(() -> browser.errors().stream().anyMatch(error -> error.contains("planted")));
    }

    private static Browser browser() throws IOException, InterruptedException {
        assumeTrue(
                Browser.isInstalled(),
                "no browser: install Debian's packages chromium and chromium-driver to run this test");
        Browser browser = opened;
        if (browser == null) {
            browser = Browser.start(directory.resolve("chromedriver.out"));
            opened = browser;
        }
        return browser;
    }

    private static SumRun run() {
        return new SumRun(directory, "shown", STEPS).on(broker.bootstrapServers());
    }

    private static String address(CoffeyProcess process) {
        Awaitility.await("the address of the console").atMost(SumRun.LIMIT).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the command ended early:\n" + process.output());
            }
            return ADDRESS.matcher(process.output()).find();
        });
        Matcher matcher = ADDRESS.matcher(process.output());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String get(String address, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address + path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void setAside(String cause) throws Exception {
        try (Producer<byte[], byte[]> producer =
                new KafkaClients(broker.bootstrapServers(), Map.of()).producer("letters")) {
            ProducerRecord<byte[], byte[]> letter =
                    new ProducerRecord<>("shown.trajectories.dead-letter", new byte[] {1});
            Map.of(
                            DeadLetters.TOPIC, "shown.trajectories",
                            DeadLetters.PARTITION, "0",
                            DeadLetters.OFFSET, "3",
                            DeadLetters.CAUSE, cause)
                    .forEach((name, value) -> letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            producer.send(letter).get();
        }
    }
}
