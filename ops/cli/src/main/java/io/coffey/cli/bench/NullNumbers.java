// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.distillation.trajectory.TopTokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Token ids and log-probabilities that mean nothing. Drawn once and handed out in turn: they cost nothing, and there
 * are so many different ones that no compressor finds them again.
 */
final class NullNumbers {

    private static final int DIFFERENT = 64;

    private final int vocabularySize;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Turn<?>> turns = new HashMap<>();

    NullNumbers(int vocabularySize) {
        this.vocabularySize = vocabularySize;
    }

    /** Token ids, [T]. */
    int[] tokens(int length) {
        return next("tokens", length, this::drawIds);
    }

    /** Log-probabilities, or whatever else is a number for each of them, [T]. */
    float[] values(int length) {
        return next("values", length, this::drawValues);
    }

    /** Tokens with their log-probabilities, [T, K]. */
    TopTokens top(int length, int k) {
        return new TopTokens(k, tokens(length * k), values(length * k));
    }

    private int[] drawIds(int length) {
        return random.ints(length, 0, vocabularySize).toArray();
    }

    private float[] drawValues(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.log(1 - random.nextDouble());
        }
        return values;
    }

    @SuppressWarnings("unchecked") // one kind has one type
    private <T> T next(String kind, int length, IntFunction<T> draw) {
        Turn<T> turn = (Turn<T>) turns.computeIfAbsent(kind + length, key -> new Turn<>());
        return turn.next(() -> draw.apply(length));
    }

    /** Hands out the same few values in turn. */
    private static final class Turn<T> {

        private final List<T> values = new ArrayList<>();
        private int next;

        T next(Supplier<T> draw) {
            if (values.size() < DIFFERENT) {
                values.add(draw.get());
            }
            next = (next + 1) % DIFFERENT;
            return values.get(Math.min(next, values.size() - 1));
        }
    }
}
