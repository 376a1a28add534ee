// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import java.util.Optional;

/** What a run demands of a prompt, beside that it leaves the student room to answer. */
public interface PromptCheck {

    /** Demands nothing. */
    PromptCheck NONE = new PromptCheck() {
        @Override
        public Optional<String> refusal(PromptLine line) {
            return Optional.empty();
        }

        @Override
        public Optional<String> excess(PromptLine line) {
            return Optional.empty();
        }
    };

    /** Why a prompt cannot be used, whatever its length. */
    Optional<String> refusal(PromptLine line);

    /** By how much a prompt, which is not refused, is too long. */
    Optional<String> excess(PromptLine line);
}
