// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The learning rate of each step of a run.
 *
 * <p>It rises in a straight line over the warm-up, then follows the schedule down to {@code finalFactor} times the peak
 * at the last step; in the last share of the run it is multiplied by a factor on top of that.
 *
 * @param peak the rate at the end of the warm-up
 * @param schedule what follows the warm-up
 * @param steps number of steps of the run
 * @param warmupSteps steps until the peak is reached; the first has {@code peak / warmupSteps}
 * @param finalFactor what a falling schedule falls to, as a factor of the peak; a constant one does not use it
 * @param decayShare the share of the steps, at the end of the run, that {@code decayFactor} applies to
 * @param decayFactor factor for these steps
 */
public record LearningRate(
        double peak,
        Schedule schedule,
        long steps,
        long warmupSteps,
        double finalFactor,
        double decayShare,
        double decayFactor) {

    /** How the rate goes after the warm-up. */
    public enum Schedule {
        CONSTANT {
            @Override
            double factor(double progress, double finalFactor) {
                return 1;
            }
        },
        LINEAR {
            @Override
            double factor(double progress, double finalFactor) {
                return 1 + (finalFactor - 1) * progress;
            }
        },
        COSINE {
            @Override
            double factor(double progress, double finalFactor) {
                return finalFactor + (1 - finalFactor) * 0.5 * (1 + Math.cos(Math.PI * progress));
            }
        };

        /** The factor of the peak; {@code progress} goes from 0 at the end of the warm-up to 1 at the last step. */
        abstract double factor(double progress, double finalFactor);

        /**
         * The schedule of that name, written in small letters.
         *
         * @throws IllegalArgumentException if there is none; the message names all
         */
        public static Schedule named(String name) {
            return Arrays.stream(values())
                    .filter(schedule -> schedule.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("schedule: expected %s, found %s"
                            .formatted(
                                    Arrays.stream(values())
                                            .map(Schedule::toString)
                                            .collect(Collectors.joining(", ")),
                                    name)));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public LearningRate {
        require(peak > 0 && Double.isFinite(peak), "learningRate: expected a number above 0, found %s", peak);
        require(steps >= 1, "steps: expected 1 or more, found %s", steps);
        require(
                warmupSteps >= 0 && warmupSteps <= steps,
                "warmupSteps: expected 0 to the number of steps, found %s",
                warmupSteps);
        require(finalFactor >= 0 && finalFactor <= 1, "finalFactor: expected 0 to 1, found %s", finalFactor);
        require(decayShare >= 0 && decayShare <= 1, "decayShare: expected 0 to 1, found %s", decayShare);
        require(decayFactor > 0 && decayFactor <= 1, "decayFactor: expected above 0 to 1, found %s", decayFactor);
    }

    /** The same rate at every step. */
    public static LearningRate constant(double rate, long steps) {
        return new LearningRate(rate, Schedule.CONSTANT, steps, 0, 1, 0, 1);
    }

    /** The rate of a step, counted from 0; after the last step the rate stays what it was there. */
    public double at(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("steps are counted from 0, found " + step);
        }
        if (step < warmupSteps) {
            return peak * (step + 1) / warmupSteps;
        }
        long last = steps - 1;
        double progress = last <= warmupSteps ? 0 : Math.min(1, (double) (step - warmupSteps) / (last - warmupSteps));
        double decay = step >= Math.round(steps * (1 - decayShare)) ? decayFactor : 1;
        return peak * schedule.factor(progress, finalFactor) * decay;
    }

    private static void require(boolean condition, String message, Object found) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(found));
        }
    }
}
