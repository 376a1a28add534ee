// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.distillation.trajectory.Trajectory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What a scorer has done so far, for whoever watches it. Written by the scorer's thread, read by any. */
public final class ScorerProgress {

    private final AtomicLong trajectories = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong deadLetters = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();

    /**
     * A batch was answered.
     *
     * @param scorable what it held that could be scored
     * @param setAside dead letters written
     * @param scoringNanos time that scoring took
     */
    public void answered(List<Trajectory> scorable, long setAside, long scoringNanos) {
        trajectories.addAndGet(scorable.size());
        tokens.addAndGet(scorable.stream().mapToLong(Trajectory::length).sum());
        deadLetters.addAndGet(setAside);
        nanos.addAndGet(scoringNanos);
    }

    /** Trajectories given to the teacher. */
    public long trajectories() {
        return trajectories.get();
    }

    /** Their completions' tokens. */
    public long tokens() {
        return tokens.get();
    }

    /** Records set aside as dead letters. */
    public long deadLetters() {
        return deadLetters.get();
    }

    /** Time spent scoring, in seconds. */
    public double scoringSeconds() {
        return nanos.get() / 1e9;
    }
}
