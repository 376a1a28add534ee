// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {

    private static final String NOBODY = "127.0.0.1:1";

    private record Settings(OptionalInt port, String host, Duration hangLimit) implements MetricsSection {}

    @Test
    void servesMetricsWithTheRunAndTheRoleAsLabels() throws Exception {
        int port = freePort();
        try (MetricsEndpoint endpoint = open(port)) {
            DrivenService service = endpoint.watch(new DrivenService("trainer"));
            service.pass(Duration.ofSeconds(90));

            HttpResponse<String> answer = get(port, "/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body())
                    .contains("coffey_progress_age_seconds{role=\"trainer\",run=\"tiny\"} 90.0\n")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void answersProbesWithTheirStatus() throws Exception {
        int port = freePort();
        try (MetricsEndpoint endpoint = open(port)) {
            DrivenService service = endpoint.watch(new DrivenService("trainer"));

            assertThat(get(port, "/healthz/startup").statusCode()).isEqualTo(503);
            assertThat(get(port, "/healthz/live").statusCode()).isEqualTo(200);
            service.health().running();

            assertThat(get(port, "/healthz/startup").statusCode()).isEqualTo(200);
            assertThat(get(port, "/healthz/ready").body())
                    .isEqualTo(
                            "{\"ok\":true,\"services\":[{\"service\":\"trainer\",\"phase\":\"running\",\"ok\":true}]}");
        }
    }

    @Test
    void hasNothingElse() throws Exception {
        int port = freePort();
        try (MetricsEndpoint endpoint = open(port)) {
            endpoint.watch(new DrivenService("trainer"));

            assertThat(get(port, "/").statusCode()).isEqualTo(404);
            assertThat(get(port, "/metrics/../secret").statusCode()).isEqualTo(404);
            HttpRequest post = HttpRequest.newBuilder(uri(port, "/metrics"))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            assertThat(send(post).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void saysInOneLineThatAPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> open(taken.getLocalPort()))
                    .isInstanceOfSatisfying(
                            UserException.class,
                            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                    .hasMessageStartingWith("metrics.port: expected a free port of this machine, found 127.0.0.1 port "
                            + taken.getLocalPort());
        }
    }

    @Test
    void listensNowhereWithoutAPort() {
        MetricsSection off = new Settings(OptionalInt.empty(), "no.such.host.invalid", Duration.ofMinutes(10));
        try (MetricsEndpoint endpoint = MetricsEndpoint.open(off, "tiny")) {
            endpoint.watch(new DrivenService("trainer"));
            KafkaClients clients = new KafkaClients(NOBODY, Map.of()).measuredBy(endpoint);
            endpoint.followLag(clients, "tiny.trainer", "tiny.scored-trajectories");

            assertThat(clients.registry()).isEmpty();
        }
    }

    @Test
    void servesTheMetricsOfAClientAsLongAsItLives() throws Exception {
        int port = freePort();
        try (MetricsEndpoint endpoint = open(port)) {
            KafkaClients clients = new KafkaClients(NOBODY, Map.of()).measuredBy(endpoint);
            try (Consumer<byte[], byte[]> consumer = clients.groupConsumer("tiny.rollout", "tiny.rollout.0");
                    Producer<byte[], byte[]> producer = clients.producer("tiny.writer")) {
                assertThat(consumer.metrics()).isNotEmpty();
                assertThat(producer.metrics()).isNotEmpty();
                assertThat(get(port, "/metrics").body())
                        .contains("kafka_consumer_fetch_manager_records_lag_max{client_id=\"tiny.rollout.0\"")
                        .contains("client_id=\"tiny.writer\"");
            }

            assertThat(get(port, "/metrics").body()).doesNotContain("tiny.rollout.0", "tiny.writer");
        }
    }

    private static MetricsEndpoint open(int port) {
        return MetricsEndpoint.open(new Settings(OptionalInt.of(port), "127.0.0.1", Duration.ofMinutes(10)), "tiny");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(port, path)).build());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
