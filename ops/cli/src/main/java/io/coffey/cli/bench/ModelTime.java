// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * When the models of a run were at work, by the clock of {@link System#nanoTime}. Told by the threads of all services.
 */
final class ModelTime {

    /** Whose model. */
    enum Role {
        ROLLOUT,
        SCORER,
        TRAINER
    }

    /**
     * A stretch of work.
     *
     * @param role whose
     * @param begin nanoseconds
     * @param end nanoseconds, not before the beginning
     */
    record Stretch(Role role, long begin, long end) {}

    private final List<Stretch> stretches = new ArrayList<>();

    /** Does some work and notes when. */
    <T> T spend(Role role, Supplier<T> work) {
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            add(new Stretch(role, begin, System.nanoTime()));
        }
    }

    synchronized void add(Stretch stretch) {
        stretches.add(stretch);
    }

    /** From the end of the first training step to the end of the last: what comes before is the start of a run. */
    synchronized double seconds() {
        return (to() - from()) / 1e9;
    }

    /** The share of {@link #seconds} in which at least one model was at work. */
    synchronized double share() {
        return covered(stretches) / (double) (to() - from());
    }

    /** The share in which one role's was. */
    synchronized double share(Role role) {
        return covered(stretches.stream()
                        .filter(stretch -> stretch.role() == role)
                        .toList())
                / (double) (to() - from());
    }

    private long from() {
        return trainingEnds().get(0);
    }

    private long to() {
        List<Long> ends = trainingEnds();
        return ends.get(ends.size() - 1);
    }

    private List<Long> trainingEnds() {
        List<Long> ends = stretches.stream()
                .filter(stretch -> stretch.role() == Role.TRAINER)
                .map(Stretch::end)
                .toList();
        if (ends.size() < 2) {
            throw new IllegalStateException("expected two training steps or more, found " + ends.size());
        }
        return ends;
    }

    private long covered(List<Stretch> some) {
        long from = from();
        long to = to();
        long covered = 0;
        long reached = from;
        for (Stretch stretch :
                some.stream().sorted(Comparator.comparingLong(Stretch::begin)).toList()) {
            long begin = Math.max(stretch.begin(), reached);
            long end = Math.min(stretch.end(), to);
            if (end > begin) {
                covered += end - begin;
                reached = end;
            }
        }
        return covered;
    }
}
