// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How a service is doing, written by its thread and read by anyone. */
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
     * @param progress when the last unit was done; the start, before the first
     */
    public record State(Phase phase, String detail, long units, Instant progress) {}

    private final Clock clock;
    private volatile State state;
    private volatile Instant lastTurn;

    /** @param clock tells when progress is made */
    public Health(Clock clock) {
        this.clock = clock;
        this.lastTurn = clock.instant();
        this.state = new State(Phase.STARTING, "", 0, lastTurn);
    }

    /** The newest state. */
    public State state() {
        return state;
    }

    /** How long ago the last unit of work was done, or the service made. */
    public Duration sinceProgress() {
        return Duration.between(state.progress(), clock.instant());
    }

    /** How long ago the service's loop turned last, whether there was work or not. */
    public Duration sinceTurn() {
        return Duration.between(lastTurn, clock.instant());
    }

    /** Says that the service's loop turns: it does not hang, even if it finds no work and no broker. */
    public void turned() {
        lastTurn = clock.instant();
    }

    /** Says that the work begins. */
    public synchronized void running() {
        turned();
        state = new State(Phase.RUNNING, "", state.units(), state.progress());
    }

    /** Says what is going on. */
    public synchronized void detail(String detail) {
        state = new State(state.phase(), detail, state.units(), state.progress());
    }

    /** Counts units of work as done now. */
    public synchronized void progress(long units) {
        turned();
        state = new State(Phase.RUNNING, state.detail(), state.units() + units, clock.instant());
    }

    /** Says that the service ended as asked. */
    public synchronized void stopped() {
        state = new State(Phase.STOPPED, "", state.units(), state.progress());
    }

    /** Says that the service ended by an error. */
    public synchronized void failed(String reason) {
        state = new State(Phase.FAILED, reason, state.units(), state.progress());
    }
}
