// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.coffey.service.HttpPages.Page;
import io.coffey.service.HttpPages.Request;
import java.util.Map;
import java.util.function.Supplier;

/** Metrics and probes of a process, at a few fixed paths. */
final class MetricsPages implements HttpPages.Source {

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON_TYPE = "application/json; charset=utf-8";

    private final Map<String, Supplier<Page>> pages;

    /** @param metrics the text of {@code /metrics} */
    MetricsPages(Supplier<String> metrics, Probes probes) {
        pages = Map.of(
                "/metrics",
                () -> Page.text(200, METRICS_TYPE, metrics.get()),
                "/healthz/startup",
                () -> page(probes.startup()),
                "/healthz/live",
                () -> page(probes.live()),
                "/healthz/ready",
                () -> page(probes.ready()));
    }

    @Override
    public Page page(Request request) {
        Supplier<Page> page = pages.get(request.path());
        return page == null
                ? Page.text(
                        404, METRICS_TYPE, "there are /metrics, /healthz/startup, /healthz/live and /healthz/ready\n")
                : page.get();
    }

    private static Page page(Probes.Answer answer) {
        return Page.text(answer.ok() ? 200 : 503, JSON_TYPE, answer.json());
    }
}
