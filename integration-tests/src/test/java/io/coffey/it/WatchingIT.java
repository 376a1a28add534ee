// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.process.CoffeyProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A run tells how it is doing over HTTP, by the names that alerts, dashboard and page use. */
class WatchingIT extends OnOneBroker {

    private static final int MANY_STEPS = 100_000;
    private static final Path ROOT = Path.of(System.getProperty("coffey.root"));
    private static final Pattern NAME = Pattern.compile("\\b(?:coffey|kafka|jvm)_[a-z_]+\\b");
    /** What a step of this run measures. */
    private static final List<String> CURVES = List.of(
            "coffey_loss",
            "coffey_reverse_kl_nats",
            "coffey_log_ratio_nats",
            "coffey_student_entropy_nats",
            "coffey_completion_length_tokens",
            "coffey_truncated_share",
            "coffey_repetitive_share",
            "coffey_staleness_steps",
            "coffey_max_staleness_steps",
            "coffey_gradient_norm",
            "coffey_learning_rate");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void everyNameThatAlertsDashboardAndPageUseIsServedByARun() throws Exception {
        int port = freePort();
        SumRun run = SumRun.ofAdditions(directory, "watched", MANY_STEPS)
                .on(broker.bootstrapServers())
                .set("metrics.port", Integer.toString(port));
        try (CoffeyProcess process = run.start()) {
            awaitSteps(process, port, 3);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(served(port)).containsAll(used()));
            String scrape = get(port, "/metrics").body();

            assertThat(served(port)).doesNotContain("coffey_no_such_metric");
            assertThat(values(scrape, "coffey_policy_version"))
                    .allSatisfy((labels, version) -> assertThat(version).isGreaterThanOrEqualTo(0));
            assertThat(values(scrape, "coffey_tokens_total"))
                    .hasSize(3)
                    .allSatisfy((labels, tokens) -> assertThat(tokens).isPositive());
            assertThat(values(scrape, "kafka_consumergroup_lag").keySet())
                    .anyMatch(labels -> labels.contains("consumergroup=\"watched.rollout\""))
                    .anyMatch(labels -> labels.contains("consumergroup=\"watched.scorer\""))
                    .anyMatch(labels -> labels.contains("consumergroup=\"watched.trainer\""));
            for (String curve : CURVES) {
                assertThat(values(scrape, curve))
                        .as(curve)
                        .hasSize(1)
                        .allSatisfy((labels, value) -> assertThat(value).isFinite());
            }
            assertThat(scrape).contains("kafka_stream_").contains("run=\"watched\"");
            for (String probe : List.of("startup", "live", "ready")) {
                assertThat(get(port, "/healthz/" + probe).statusCode())
                        .as(probe)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void everyServiceTellsOfItselfAndLivesThroughAnOutageOfItsBroker() throws Exception {
        Map<String, Integer> ports = new TreeMap<>();
        List<CoffeyProcess> processes = new ArrayList<>();
        try (LocalBroker own = new LocalBroker(LocalBroker.Settings.in(directory.resolve("outage")))) {
            own.start();
            SumRun run = new SumRun(directory, "apart", MANY_STEPS).on(own.bootstrapServers());
            try (CoffeyProcess load = run.start("load")) {
                assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
            }
            for (String role : List.of("trainer", "scorer", "rollout")) {
                int port = freePort();
                ports.put(role, port);
                processes.add(new SumRun(directory, "apart", MANY_STEPS)
                        .on(own.bootstrapServers())
                        .set("metrics.port", Integer.toString(port))
                        .start("start " + role));
            }
            awaitSteps(processes.get(0), ports.getOrDefault("trainer", 0), 3);
            for (Map.Entry<String, Integer> service : ports.entrySet()) {
                String scrape = get(service.getValue(), "/metrics").body();
                assertThat(scrape).contains("coffey_turn_age_seconds{role=\"%s\"".formatted(service.getKey()));
                assertThat(scrape).contains("consumergroup=\"apart.%s\"".formatted(service.getKey()));
                assertThat(get(service.getValue(), "/healthz/ready").statusCode())
                        .isEqualTo(200);
            }

            own.stop();

            Awaitility.await()
                    .during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> ports.values().stream().allMatch(port -> status(port, "/healthz/live") == 200));
        } finally {
            processes.forEach(CoffeyProcess::close);
        }
    }

    @Test
    void saysInOneLineThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SumRun run = new SumRun(directory, "taken", 4)
                    .on(broker.bootstrapServers())
                    .set("metrics.port", Integer.toString(taken.getLocalPort()));
            for (String command : List.of("run", "start scorer", "start rollout", "start trainer")) {
                try (CoffeyProcess process = run.start(command)) {
                    assertThat(process.await(Duration.ofMinutes(1)))
                            .as(process.output())
                            .isEqualTo(2);
                    assertThat(process.output())
                            .contains("metrics.port: expected a free port of this machine")
                            .doesNotContain("\tat ");
                }
            }
        }
    }

    private static void awaitSteps(CoffeyProcess process, int port, int steps) {
        Awaitility.await()
                .atMost(SumRun.LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .failFast(
                        () -> assertThat(process.isAlive()).as(process.output()).isTrue())
                .until(() -> status(port, "/metrics") == 200
                        && values(get(port, "/metrics").body(), "coffey_training_step").values().stream()
                                .anyMatch(step -> step >= steps));
    }

    /** Names of everything that Prometheus or Grafana asks for, and that the page describes. */
    private static Set<String> used() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String file : List.of("ops/prometheus/alerts.yml", "ops/grafana/coffey-runs.json", "docs/watching.md")) {
            NAME.matcher(Files.readString(ROOT.resolve(file))).results().forEach(found -> names.add(found.group()));
        }
        assertThat(names).hasSizeGreaterThan(20);
        return names;
    }

    private static Set<String> served(int port) {
        return lines(get(port, "/metrics").body())
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    /** Values of a metric by the text of their labels. */
    private static Map<String, Double> values(String scrape, String name) {
        Map<String, Double> values = new TreeMap<>();
        lines(scrape).filter(line -> line.startsWith(name + "{")).forEach(line -> {
            int end = line.lastIndexOf(' ');
            values.put(line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
        });
        return values;
    }

    private static Stream<String> lines(String scrape) {
        return scrape.lines().filter(line -> !line.startsWith("#"));
    }

    private static int status(int port, String path) {
        try {
            return get(port, path).statusCode();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ConnectException) {
                return 0;
            }
            throw e;
        }
    }

    private static HttpResponse<String> get(int port, String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
