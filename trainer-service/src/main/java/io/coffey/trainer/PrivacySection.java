// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * A section {@code privacy}: what the student is not to learn by heart from the teacher, for objectives that compare
 * distributions on a support that adds up to one. It is one regular expression and no list of them, because the commas
 * of a list would cut those of an expression.
 */
public interface PrivacySection {

    /** A Java regular expression of what is private in a completion; nothing is where there is none. */
    Optional<String> pattern();

    /** Temperature of the teacher at a token that lies wholly inside a match; our default, as none is published. */
    @WithDefault("2")
    @Range("(1, inf)")
    double temperature();
}
