// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A pid file: process id and start time, so that a later process that was given the same id is not taken for it. */
final class ProcessMark {

    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private final Path file;

    ProcessMark(Path file) {
        this.file = file;
    }

    void write(ProcessHandle process) throws IOException {
        Instant start = process.info().startInstant().orElse(Instant.EPOCH);
        Files.writeString(file, process.pid() + " " + start + "\n");
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /** The process of the file, if it is alive and the same. */
    Optional<ProcessHandle> find() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String[] fields = Files.readString(file).strip().split(" ", -1);
        if (fields.length != 2) {
            return Optional.empty();
        }
        Instant start = Instant.parse(fields[1]);
        return ProcessHandle.of(Long.parseLong(fields[0]))
                .filter(ProcessHandle::isAlive)
                .filter(process -> startedAt(process, start));
    }

    private static boolean startedAt(ProcessHandle process, Instant start) {
        Instant found = process.info().startInstant().orElse(Instant.EPOCH);
        return Duration.between(start, found).abs().compareTo(CLOCK_TOLERANCE) <= 0;
    }
}
