// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import java.util.ArrayList;
import java.util.List;

/**
 * Every announced version assembles from its chunks, with the announced digest, and no chunk is shown without an
 * announcement or a second time.
 *
 * @param reader who read
 * @param weights what the reader was shown
 */
public record WeightsNeverTorn(String reader, PublishedWeights weights) implements Guarantee {

    @Override
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (String problem : weights.problems()) {
            violations.add("%s: %s".formatted(reader, problem));
        }
        if (weights.newest() == null) {
            violations.add("%s: no version could be assembled".formatted(reader));
        }
        return violations;
    }
}
