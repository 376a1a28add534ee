// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import java.util.List;

/**
 * What an adapter is made of.
 *
 * @param rank columns of B and rows of A
 * @param alpha the product of B and A counts {@code alpha / rank} times
 * @param targets the matrices that have one, by the last part of their Hugging Face name, such as {@code q_proj};
 *     sorted here, so that their order does not matter
 */
public record AdapterSettings(int rank, double alpha, List<String> targets) {

    public AdapterSettings {
        if (rank < 1) {
            throw new IllegalArgumentException("rank of an adapter: expected 1 or more, found " + rank);
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("alpha of an adapter: expected a number above 0, found " + alpha);
        }
        targets = targets.stream().sorted().distinct().toList();
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("targets of an adapter: expected 1 or more, found none");
        }
    }

    /** The factor of B A. */
    public double scale() {
        return alpha / rank;
    }
}
