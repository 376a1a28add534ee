// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Draws faults of a seed: equal seeds, equal faults. */
public final class Schedule {

    private Schedule() {}

    /**
     * Faults in the order in which they strike. Every target comes before any comes again, kills and pauses apart, so
     * as many faults of a kind as there are targets strike all.
     *
     * @param targets what is struck
     * @param kills number of kills
     * @param pauses number of pauses
     * @param longestDelay longest time between faults
     */
    public static List<Fault> draw(long seed, List<Target> targets, int kills, int pauses, Duration longestDelay) {
        Random random = new Random(seed);
        List<Fault> faults = new ArrayList<>(drawn(random, targets, Fault.Kind.KILL, kills, longestDelay));
        for (Fault pause : drawn(random, targets, Fault.Kind.PAUSE, pauses, longestDelay)) {
            faults.add(random.nextInt(faults.size() + 1), pause);
        }
        return faults;
    }

    private static List<Fault> drawn(
            Random random, List<Target> targets, Fault.Kind kind, int count, Duration longestDelay) {
        List<Fault> faults = new ArrayList<>();
        List<Target> round = new ArrayList<>();
        while (faults.size() < count) {
            if (round.isEmpty()) {
                round.addAll(targets);
                Collections.shuffle(round, random);
            }
            Duration delay = Duration.ofMillis((long) (random.nextDouble() * longestDelay.toMillis()));
            faults.add(new Fault(round.remove(0), kind, delay, random.nextInt(Integer.MAX_VALUE)));
        }
        return faults;
    }
}
