// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Prompt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Which prompt each request asks for: all prompts once an epoch, every epoch in an order of its own that the seed
 * decides. Independent of the order in which the prompts were loaded. Not thread-safe: it keeps the permutation of one
 * epoch.
 */
public final class PromptSequence {

    private final List<Prompt> prompts;
    private final long seed;
    private long epoch = -1;
    private List<Prompt> permutation = List.of();

    public PromptSequence(Collection<Prompt> prompts, long seed) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("no prompts to train on: the prompts topic is empty");
        }
        this.prompts = prompts.stream().sorted(Comparator.comparing(Prompt::id)).toList();
        this.seed = seed;
    }

    /** The prompt of a request, by its number in dispatch order. */
    public Prompt at(long request) {
        long wanted = request / prompts.size();
        if (wanted != epoch) {
            List<Prompt> shuffled = new ArrayList<>(prompts);
            Collections.shuffle(shuffled, new Random(Seeds.mix(seed, wanted)));
            permutation = shuffled;
            epoch = wanted;
        }
        return permutation.get((int) (request % prompts.size()));
    }

    /** The number of prompts, the length of an epoch. */
    public int size() {
        return prompts.size();
    }
}
