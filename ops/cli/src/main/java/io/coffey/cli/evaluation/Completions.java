// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.evaluation;

import io.coffey.sampling.Completion;
import io.coffey.sampling.GenerationRequest;
import io.coffey.sampling.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Many requests through one generator. */
public final class Completions {

    private Completions() {}

    /**
     * A completion of every request, in their order.
     *
     * @param generator one with weights and nothing in flight
     * @param requests their tickets are 0, 1, 2 and so on
     */
    public static List<Completion> of(Generator generator, List<GenerationRequest> requests) {
        @Nullable Completion[] completions = new @Nullable Completion[requests.size()];
        int admitted = 0;
        int finished = 0;
        while (finished < completions.length) {
            while (admitted < completions.length && generator.freeSlots() > 0) {
                generator.admit(requests.get(admitted));
                admitted++;
            }
            for (Completion completion : generator.step()) {
                completions[(int) completion.ticket()] = completion;
                finished++;
            }
        }
        List<Completion> ordered = new ArrayList<>(completions.length);
        for (Completion completion : completions) {
            ordered.add(Objects.requireNonNull(completion));
        }
        return ordered;
    }
}
