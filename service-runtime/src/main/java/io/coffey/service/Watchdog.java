// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Ends the process when a service of it hangs, for a supervisor to start it again: what holds its thread up, a deadlock
 * in native code or a teacher that never answers, no exception ends. Looks twice before it does, so that a process that
 * was stopped for a time, and goes on now, is spared.
 */
final class Watchdog {

    private final Probes probes;
    private final Consumer<Hang> end;
    private final Set<Service> suspects = new HashSet<>();

    /**
     * @param probes of the services to look after
     * @param end ends the process, and says why
     */
    Watchdog(Probes probes, Consumer<Hang> end) {
        this.probes = probes;
        this.end = end;
    }

    /**
     * A service that hangs.
     *
     * @param message which and for how long, one line
     * @param stack where its thread stands, a line a frame; says so where there is no such thread
     */
    record Hang(String message, String stack) {}

    /** How often to look so that a hang is noticed soon after the limit. */
    static Duration interval(Duration hangLimit) {
        Duration tenth = hangLimit.dividedBy(10);
        return tenth.compareTo(Duration.ofSeconds(10)) < 0 ? tenth : Duration.ofSeconds(10);
    }

    /** Looks once. */
    void look() {
        for (Service service : probes.services()) {
            Optional<String> hang = probes.hang(service);
            if (hang.isEmpty()) {
                suspects.remove(service);
            } else if (!suspects.add(service)) {
                end.accept(new Hang(
                        "the %s hangs: %s (metrics.hangLimit); the process ends, start it again to go on"
                                .formatted(service.name(), hang.get()),
                        stack(service.name())));
            }
        }
    }

    private static String stack(String thread) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(one -> one.getKey().getName().equals(thread))
                .findFirst()
                .map(one -> "thread %s, %s%n%s"
                        .formatted(
                                thread,
                                one.getKey().getState(),
                                Arrays.stream(one.getValue())
                                        .map(frame -> "    " + frame)
                                        .collect(Collectors.joining(System.lineSeparator()))))
                .orElse("there is no thread " + thread);
    }
}
