// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;

/** A long-running part of a run: one loop on one thread. */
public interface Service {

    /** Its name, which is also its thread's: {@code scorer}. */
    String name();

    /**
     * Works until {@link #stop}, then finishes or gives up its unit of work, commits, and returns. Called once, on the
     * service's own thread. An exception ends the service; only {@link ServiceRunner} classifies it.
     */
    void run() throws Exception;

    /** Asks {@link #run} to return soon; from any thread, any number of times, also before {@code run}. */
    void stop();

    /** How it is doing; the same object for its whole life. */
    Health health();

    /** Registers what there is to measure of its work; called once, before {@link #run}. */
    default void measure(MeterRegistry registry) {}

    /** What it lacks to do its work though it runs, in words; empty when nothing. From any thread. */
    default Optional<String> lacks() {
        return Optional.empty();
    }
}
