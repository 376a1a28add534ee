// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;

/**
 * The student after fine-tuning on the teacher's responses: where a preference run starts to train, and what it holds
 * the student to.
 *
 * @param model its directory
 * @param digest SHA-256 of its weights
 */
public record WarmedUp(ModelDirectory model, String digest) {

    /** The one in a directory, which has weights. */
    public static WarmedUp of(ModelDirectory model) {
        try (Weights weights = model.loadWeights()) {
            return new WarmedUp(model, weights.digest());
        }
    }
}
