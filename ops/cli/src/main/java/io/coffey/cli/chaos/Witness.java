// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.guarantee.RunReader;
import io.coffey.cli.guarantee.RunRecords;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads what a run commits all the while it goes on, on a thread of its own, and tells where it stands. */
public final class Witness implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final RunReader reader;
    private final Thread thread = new Thread(this::watch, "witness");
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private volatile long step = -1;
    private volatile boolean stopping;

    /** A witness that reads already. */
    public Witness(RunReader reader) {
        this.reader = reader;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (!stopping) {
                reader.poll(POLL);
                step = reader.records().lastStep();
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    /** The last step that it was shown; -1 before the run is open. */
    public long step() {
        throwIfFailed();
        return step;
    }

    /** Waits for a step after the given one; returns whether it came in time. */
    public boolean awaitStepAfter(long before, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (step() <= before) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    /** Ends the reading at what is committed now, and returns all that it was shown. */
    public RunRecords finish(Duration limit) throws InterruptedException {
        stopping = true;
        thread.join();
        throwIfFailed();
        reader.catchUp(limit);
        return reader.records();
    }

    private void throwIfFailed() {
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }
}
