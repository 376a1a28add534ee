// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Hands out examples batch by batch, in an order that a seed decides: all of them once, then all again otherwise. */
final class BatchOrder {

    private final List<TrainingSequence> examples;
    private final Random random;
    private int next;

    BatchOrder(List<TrainingSequence> examples, long seed) {
        this.examples = new ArrayList<>(examples);
        this.random = new Random(seed);
        this.next = examples.size();
    }

    List<TrainingSequence> next(int batch) {
        List<TrainingSequence> taken = new ArrayList<>(batch);
        while (taken.size() < batch) {
            if (next == examples.size()) {
                Collections.shuffle(examples, random);
                next = 0;
            }
            taken.add(examples.get(next++));
        }
        return taken;
    }
}
