// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.verifier;

import org.jspecify.annotations.Nullable;

/** A completion is right when it is the prompt's reference; white space around either does not count. */
final class ExactMatch implements Verifier {

    @Override
    public boolean correct(String prompt, String completion, @Nullable String reference) {
        if (reference == null) {
            throw new IllegalArgumentException(
                    "verifier exact-match: prompt \"%s\" has no reference; give its line one".formatted(prompt));
        }
        return completion.strip().equals(reference.strip());
    }
}
