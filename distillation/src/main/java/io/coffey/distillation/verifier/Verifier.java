// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.verifier;

import org.jspecify.annotations.Nullable;

/** Decides whether a completion answers its prompt. Stateless, so threads may share one. */
public interface Verifier {

    /**
     * Whether the completion is right.
     *
     * @param prompt text of the prompt
     * @param completion text of the completion, without special tokens
     * @param reference reference solution of the prompt, where it has one
     * @throws IllegalArgumentException if this verifier cannot judge such a prompt
     */
    boolean correct(String prompt, String completion, @Nullable String reference);
}
