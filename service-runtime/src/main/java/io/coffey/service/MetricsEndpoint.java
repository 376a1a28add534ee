// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a process tells how it is doing: {@code /metrics} in Prometheus' text format, and {@code /healthz/startup},
 * {@code /healthz/live} and {@code /healthz/ready}. Without a port it measures nothing and listens nowhere. Nothing
 * that goes wrong here stops a service; one that hangs ends the process, with a port or without. Not thread-safe but
 * for scrapes.
 */
public final class MetricsEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);
    private static final int HTTP_THREADS = 2;
    private static final Duration BETWEEN_LAGS = Duration.ofSeconds(5);

    private final MeterRegistry registry;
    private final Probes probes;
    private final ScheduledExecutorService watch;
    private final List<GroupLag> lags = new ArrayList<>();
    private final @Nullable HttpPages server;
    private final @Nullable ScheduledExecutorService scheduler;

    private MetricsEndpoint(
            MeterRegistry registry,
            Probes probes,
            ScheduledExecutorService watch,
            @Nullable HttpPages server,
            @Nullable ScheduledExecutorService scheduler) {
        this.registry = registry;
        this.probes = probes;
        this.watch = watch;
        this.server = server;
        this.scheduler = scheduler;
    }

    /**
     * Opens the endpoint of a process, if it is to have one.
     *
     * @param run name of the run, a label of every metric
     * @throws UserException if the port cannot be had
     */
    public static MetricsEndpoint open(MetricsSection settings, String run) {
        return open(settings, run, hang -> {});
    }

    /**
     * Likewise.
     *
     * @param last told in one line why the process ends, where a service hangs; the log is told in any case
     */
    public static MetricsEndpoint open(MetricsSection settings, String run, Consumer<String> last) {
        Probes probes = new Probes(settings.hangLimit());
        ScheduledExecutorService watch = scheduler("watchdog");
        Watchdog watchdog = new Watchdog(probes, hang -> end(hang, last));
        long interval = Watchdog.interval(settings.hangLimit()).toNanos();
        ScheduledFuture<?> unused =
                watch.scheduleWithFixedDelay(watchdog::look, interval, interval, TimeUnit.NANOSECONDS);
        if (settings.port().isEmpty()) {
            return new MetricsEndpoint(new CompositeMeterRegistry(), probes, watch, null, null);
        }
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().commonTags("run", run);
        HttpPages server = HttpPages.open(
                "metrics",
                "metrics.port",
                settings.host(),
                settings.port().getAsInt(),
                HTTP_THREADS,
                new MetricsPages(registry::scrape, probes));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        return new MetricsEndpoint(registry, probes, watch, server, scheduler("metrics"));
    }

    private static ScheduledExecutorService scheduler(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Nothing is asked to stop in order: the thread that would have to does not. */
    private static void end(Watchdog.Hang hang, Consumer<String> last) {
        LOG.error(hang.message());
        LOG.error(hang.stack());
        last.accept(hang.message());
        Runtime.getRuntime().halt(ExitCode.HUNG);
    }

    /** Tells from now on of a service, which has not run yet, and returns it. */
    public <S extends Service> S watch(S service) {
        probes.watch(service);
        Health health = service.health();
        Gauge.builder("coffey.progress.age", health, state -> seconds(state.sinceProgress()))
                .description("Since the service did a unit of work, or started")
                .baseUnit("seconds")
                .tag("role", service.name())
                .register(registry);
        Gauge.builder("coffey.turn.age", health, state -> seconds(state.sinceTurn()))
                .description("Since the service's loop turned, with work or without")
                .baseUnit("seconds")
                .tag("role", service.name())
                .register(registry);
        service.measure(registry);
        return service;
    }

    /** Measures from now on how far a group is behind in a topic. */
    public void followLag(KafkaClients clients, String group, String topic) {
        if (scheduler != null) {
            GroupLag lag = new GroupLag(clients, group, topic, registry);
            lags.add(lag);
            ScheduledFuture<?> unused =
                    scheduler.scheduleWithFixedDelay(lag, 0, BETWEEN_LAGS.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    Optional<ClientMetrics> clientMetrics() {
        return Optional.ofNullable(scheduler).map(clock -> new ClientMetrics(registry, clock));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    @Override
    public void close() {
        watch.shutdownNow();
        if (server != null) {
            server.close();
        }
        if (scheduler != null) {
            scheduler.shutdownNow();
        }
        lags.forEach(GroupLag::close);
        registry.close();
    }
}
