// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;

/**
 * A text of functions that several losses call, compiled before the loss's own.
 *
 * @param resource name of the text beside the objectives
 * @param metrics names of what it watches, in its order
 * @param maxima names of what it tells the largest value of; these end the list of a loss's metrics
 * @param constants what its placeholders stand for
 */
record ScriptPart(String resource, List<String> metrics, List<String> maxima, Map<String, ?> constants) {

    /** For losses that look along trajectories or choose among their tokens. */
    static final ScriptPart TRAJECTORIES = new ScriptPart("trajectories.py", List.of(), List.of(), Map.of());
}
