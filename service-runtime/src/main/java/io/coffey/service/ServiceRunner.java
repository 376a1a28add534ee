// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one service on a thread of its name and tells how it ended. */
public final class ServiceRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceRunner.class);

    private final Service service;
    private final Consumer<Outcome> atEnd;
    private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

    /**
     * A runner of one service.
     *
     * @param service to run once
     * @param atEnd told the outcome on the service's thread, before anyone who waits for it
     */
    public ServiceRunner(Service service, Consumer<Outcome> atEnd) {
        this.service = service;
        this.atEnd = atEnd;
    }

    /** Starts the thread. */
    public ServiceRunner start() {
        new Thread(this::live, service.name()).start();
        return this;
    }

    /** Asks the service to end. */
    public void stop() {
        service.stop();
    }

    /** Completes with the outcome when the service has ended. */
    public CompletableFuture<Outcome> ended() {
        return ended.copy();
    }

    /** Waits for the end; empty if it does not come in time. */
    public Optional<Outcome> await(Duration timeout) throws InterruptedException {
        try {
            return Optional.of(ended.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an outcome never completes exceptionally", e);
        }
    }

    /** Whatever a service throws ends it, an {@code Error} too: this is the one place that catches. */
    private void live() {
        Outcome outcome;
        try {
            LOG.atInfo().addKeyValue("service", service.name()).log("service starts");
            service.run();
            service.health().stopped();
            LOG.atInfo().addKeyValue("service", service.name()).log("service stopped");
            outcome = Outcome.OK;
        } catch (Throwable failure) {
            outcome = Outcome.of(failure);
            service.health().failed(outcome.message());
        }
        try {
            atEnd.accept(outcome);
        } finally {
            ended.complete(outcome);
        }
    }
}
