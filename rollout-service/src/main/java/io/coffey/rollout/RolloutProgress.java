// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import java.util.concurrent.atomic.AtomicLong;

/** Where a rollout worker stands, for whoever watches it. Written by the worker's thread, read by any. */
public final class RolloutProgress {

    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong trajectories = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong deadLetters = new AtomicLong();
    private volatile long version = -1;
    private volatile int active;
    private volatile int queued;

    void finished(long length, boolean withoutTokens) {
        tokens.addAndGet(length);
        trajectories.incrementAndGet();
        if (withoutTokens) {
            failed.incrementAndGet();
        }
    }

    /** So many requests were set aside. */
    public void setAside(long count) {
        deadLetters.addAndGet(count);
    }

    void serving(long newVersion) {
        version = newVersion;
    }

    void load(int activeSamples, int queuedRequests) {
        active = activeSamples;
        queued = queuedRequests;
    }

    /** Tokens of all finished samples. */
    public long tokens() {
        return tokens.get();
    }

    /** Samples finished, failed ones included. */
    public long trajectories() {
        return trajectories.get();
    }

    /** Samples that failed. */
    public long failed() {
        return failed.get();
    }

    /** Requests set aside as dead letters. */
    public long deadLetters() {
        return deadLetters.get();
    }

    /** Policy version in use; -1 before the first. */
    public long version() {
        return version;
    }

    /** Samples in flight. */
    public int active() {
        return active;
    }

    /** Requests read and not started. */
    public int queued() {
        return queued;
    }
}
