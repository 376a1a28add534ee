// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a service is doing, written by its thread and read by anyone. Time is told by a clock that only goes on: nobody
 * hangs because the day was set forward.
 */
public final class Health {

    /** Where a service is in its life. */
    public enum Phase {
        /** Loading models, reaching the broker. */
        STARTING,
        /** Doing its work, or waiting for some. */
        RUNNING,
        /** Ended as asked. */
        STOPPED,
        /** Ended by an error. */
        FAILED
    }

    /**
     * What there is to know at one moment.
     *
     * @param phase where it is in its life
     * @param detail what it does now, or why it failed; one line, may be empty
     * @param units units of work done since the start
     */
    public record State(Phase phase, String detail, long units) {}

    private final LongSupplier nanoTime;
    private volatile State state = new State(Phase.STARTING, "", 0);
    private volatile long lastTurn;
    private volatile long lastProgress;

    public Health() {
        this(System::nanoTime);
    }

    /** @param nanoTime tells nanoseconds since whenever, and never goes back */
    public Health(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastTurn = nanoTime.getAsLong();
        this.lastProgress = lastTurn;
    }

    /** The newest state. */
    public State state() {
        return state;
    }

    /** How long ago the last unit of work was done, or the service made. */
    public Duration sinceProgress() {
        return Duration.ofNanos(nanoTime.getAsLong() - lastProgress);
    }

    /** How long ago the service's loop turned last, whether there was work or not. */
    public Duration sinceTurn() {
        return Duration.ofNanos(nanoTime.getAsLong() - lastTurn);
    }

    /** Says that the service's loop turns: it does not hang, even if it finds no work and no broker. */
    public void turned() {
        lastTurn = nanoTime.getAsLong();
    }

    /** Says that the work begins. */
    public synchronized void running() {
        turned();
        state = new State(Phase.RUNNING, "", state.units());
    }

    /** Says what is going on. */
    public synchronized void detail(String detail) {
        state = new State(state.phase(), detail, state.units());
    }

    /** Counts units of work as done now. */
    public synchronized void progress(long units) {
        turned();
        lastProgress = lastTurn;
        state = new State(Phase.RUNNING, state.detail(), state.units() + units);
    }

    /** Says that the service ended as asked. */
    public synchronized void stopped() {
        state = new State(Phase.STOPPED, "", state.units());
    }

    /** Says that the service ended by an error. */
    public synchronized void failed(String reason) {
        state = new State(Phase.FAILED, reason, state.units());
    }
}
