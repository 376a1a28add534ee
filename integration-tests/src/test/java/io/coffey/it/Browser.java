// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A headless Chromium, driven by chromedriver over the W3C WebDriver protocol. */
final class Browser implements AutoCloseable {

    static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    static final String TAB = "\uE004";
    static final String ENTER = "\uE007";
    static final String RIGHT = "\uE014";

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Gson JSON = new Gson();
    private static final int TALLEST = 4000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process driver;
    private final String address;
    private final String session;

    private Browser(Process driver, int port) throws IOException, InterruptedException {
        this.driver = driver;
        this.address = "http://127.0.0.1:" + port;
        Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> call("GET", "/status", null) != null);
        JsonObject chrome = new JsonObject();
        chrome.addProperty("binary", CHROMIUM.toString());
        chrome.add(
                "args",
                JSON.toJsonTree(List.of(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--hide-scrollbars")));
        JsonObject wanted = new JsonObject();
        wanted.addProperty("browserName", "chrome");
        wanted.add("goog:chromeOptions", chrome);
        wanted.add("goog:loggingPrefs", JSON.toJsonTree(Map.of("browser", "ALL")));
        JsonObject capabilities = new JsonObject();
        capabilities.add("alwaysMatch", wanted);
        JsonObject body = new JsonObject();
        body.add("capabilities", capabilities);
        this.session = "/session/"
                + call("POST", "/session", body)
                        .getAsJsonObject()
                        .get("sessionId")
                        .getAsString();
    }

    /** Whether this machine has what it needs. */
    static boolean isInstalled() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    }

    static Browser start(Path log) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process driver = new ProcessBuilder(DRIVER.toString(), "--port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            return new Browser(driver, port);
        } catch (IOException | RuntimeException e) {
            driver.destroy();
            throw e;
        }
    }

    void open(String url) throws IOException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("url", url);
        call("POST", session + "/url", body);
    }

    /** What a script returns. */
    JsonElement script(String script) throws IOException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("script", script);
        body.add("args", new JsonArray());
        return call("POST", session + "/execute/sync", body);
    }

    /** Waits until a script returns true. */
    void await(String condition) {
        Awaitility.await(condition)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> script("return Boolean(" + condition + ")").getAsBoolean());
    }

    /** Waits until there is an element, and clicks it with the mouse. */
    void click(String selector) throws IOException, InterruptedException {
        await("document.querySelector(" + JSON.toJson(selector) + ")");
        JsonObject find = new JsonObject();
        find.addProperty("using", "css selector");
        find.addProperty("value", selector);
        JsonObject found = call("POST", session + "/element", find).getAsJsonObject();
        String element = found.entrySet().iterator().next().getValue().getAsString();
        call("POST", session + "/element/" + element + "/click", new JsonObject());
    }

    /** Presses and lets go of keys, one after the other. */
    void press(String... keys) throws IOException, InterruptedException {
        List<Map<String, String>> strokes = new ArrayList<>();
        for (String key : keys) {
            strokes.add(Map.of("type", "keyDown", "value", key));
            strokes.add(Map.of("type", "keyUp", "value", key));
        }
        JsonObject body = new JsonObject();
        body.add("actions", JSON.toJsonTree(List.of(Map.of("type", "key", "id", "keys", "actions", strokes))));
        call("POST", session + "/actions", body);
    }

    /** The width of the window, and whether the user prefers dark pages. */
    void look(int width, String scheme) throws IOException, InterruptedException {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The page from top to bottom, as a picture. */
    void picture(Path file) throws IOException, InterruptedException {
        int width = script("return innerWidth").getAsInt();
        int height = Math.min(
                TALLEST, script("return document.documentElement.scrollHeight").getAsInt());
        JsonObject picture = command(
                        "Page.captureScreenshot",
                        Map.of(
                                "captureBeyondViewport",
                                true,
                                "clip",
                                Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)))
                .getAsJsonObject();
        Files.write(file, Base64.getDecoder().decode(picture.get("data").getAsString()));
    }

    /** What the page's scripts and the browser complained of since the last call. */
    List<String> errors() throws IOException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("type", "browser");
        List<String> errors = new ArrayList<>();
        for (JsonElement entry : call("POST", session + "/se/log", body).getAsJsonArray()) {
            JsonObject line = entry.getAsJsonObject();
            if (line.get("level").getAsString().matches("SEVERE|WARNING")) {
                errors.add(line.get("message").getAsString());
            }
        }
        return errors;
    }

    private JsonElement command(String name, Map<String, Object> parameters) throws IOException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("cmd", name);
        body.add("params", JSON.toJsonTree(parameters));
        return call("POST", session + "/goog/cdp/execute", body);
    }

    private JsonElement call(String method, String path, @Nullable JsonObject body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(LIMIT)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(JSON.toJson(body)))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%s %s: %s".formatted(method, path, answer.body()));
        }
        return JsonParser.parseString(answer.body()).getAsJsonObject().get("value");
    }

    @Override
    public void close() throws IOException {
        try {
            call("DELETE", session, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            driver.destroy();
        }
    }
}
