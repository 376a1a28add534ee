// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.HttpPages.Page;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpPagesTest {

    private final HttpPages pages = HttpPages.open("test", "--port", "127.0.0.1", 0, 2, request -> {
        if (request.path().equals("/broken")) {
            throw new IllegalStateException("broken");
        }
        return Page.text(200, "text/plain", request.path() + request.query().get("q"))
                .with(Map.of("X-A", "b"));
    });

    @AfterEach
    void closePages() {
        pages.close();
    }

    @Test
    void answersWithWhatTheSourceMakesOfPathAndQuery() throws Exception {
        HttpResponse<String> answer = send(request("/a%20b?q=%3Cp%3E&x"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("/a b<p>");
        assertThat(answer.headers().firstValue("X-A")).hasValue("b");
    }

    @Test
    void takesNothingButGet() throws Exception {
        HttpResponse<String> answer = send(request("/").POST(HttpRequest.BodyPublishers.ofString("x")));

        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    void goesOnAfterASourceThatThrows() throws Exception {
        HttpResponse<String> broken = send(request("/broken"));

        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.body()).doesNotContain("IllegalState");
        assertThat(send(request("/well")).statusCode()).isEqualTo(200);
    }

    @Test
    void saysWhichPortIsTaken() {
        assertThatThrownBy(() -> HttpPages.open(
                        "test", "--port", "127.0.0.1", pages.port(), 1, request -> Page.text(200, "text/plain", "")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "--port: expected a free port of this machine, found 127.0.0.1 port " + pages.port());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pages.port() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
