// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.verifier;

import java.util.List;

/** The verifiers by the name a run file gives them. */
public final class Verifiers {

    private static final String RUNNING_SUM = "running-sum";
    private static final String EXACT_MATCH = "exact-match";

    private Verifiers() {}

    /** All names, sorted. */
    public static List<String> names() {
        return List.of(EXACT_MATCH, RUNNING_SUM);
    }

    /**
     * The verifier of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Verifier named(String name) {
        return switch (name) {
            case EXACT_MATCH -> new ExactMatch();
            case RUNNING_SUM -> new RunningSum();
            default ->
                throw new IllegalArgumentException(
                        "verifier: expected one of %s, found \"%s\"".formatted(String.join(", ", names()), name));
        };
    }
}
