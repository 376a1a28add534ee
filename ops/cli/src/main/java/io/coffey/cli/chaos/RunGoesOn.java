// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.guarantee.Guarantee;
import java.util.List;

/**
 * After every fault the run goes on by itself, and it comes to its end.
 *
 * @param violations where it did not
 */
public record RunGoesOn(List<String> violations) implements Guarantee {

    public RunGoesOn {
        violations = List.copyOf(violations);
    }
}
