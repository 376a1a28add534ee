// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

/**
 * How the frequencies of a rotary embedding are slowed down for sequences longer than those first trained on.
 *
 * @param kind which rule
 * @param factor by how much; at least 1
 * @param lowFrequencyFactor of {@link Kind#LLAMA3}: frequencies with fewer turns in the original length are divided by
 *     the factor
 * @param highFrequencyFactor of {@link Kind#LLAMA3}: those with more turns stay, and between the two is a ramp
 * @param originalLength of {@link Kind#LLAMA3}: longest sequence before the stretch
 */
public record RopeScaling(
        Kind kind, double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalLength) {

    /** Frequencies as they are. */
    public static final RopeScaling NONE = new RopeScaling(Kind.NONE, 1, 1, 1, 0);

    /** A rule. */
    public enum Kind {
        /** None. */
        NONE,
        /** All frequencies divided by the factor. */
        LINEAR,
        /** Low frequencies divided by the factor, high ones not: Llama 3.1 and later. */
        LLAMA3
    }

    public RopeScaling {
        if (kind == Kind.LLAMA3 && (highFrequencyFactor <= lowFrequencyFactor || originalLength < 1)) {
            throw new IllegalArgumentException(
                    "llama3 rope scaling: expected low_freq_factor below high_freq_factor and an original length, "
                            + "found %s, %s and %d".formatted(lowFrequencyFactor, highFrequencyFactor, originalLength));
        }
    }

    /** All frequencies divided by a factor. */
    public static RopeScaling linear(double factor) {
        return new RopeScaling(Kind.LINEAR, factor, 1, 1, 0);
    }

    /** The rule of Llama 3.1. */
    public static RopeScaling llama3(double factor, double lowFactor, double highFactor, int originalLength) {
        return new RopeScaling(Kind.LLAMA3, factor, lowFactor, highFactor, originalLength);
    }

    /** A frequency, in radians per position, after scaling. */
    double scaled(double frequency) {
        return switch (kind) {
            case NONE -> frequency;
            case LINEAR -> frequency / factor;
            case LLAMA3 -> {
                double turns = originalLength * frequency / (2 * Math.PI);
                double kept = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
                double share = Math.min(1, Math.max(0, kept));
                yield frequency * (share + (1 - share) / factor);
            }
        };
    }
}
