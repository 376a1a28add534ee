// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import org.jspecify.annotations.Nullable;

/**
 * Checks shared by the values of this package; each failure names the subject, what was expected and what was found.
 */
final class Require {

    private Require() {}

    static void that(boolean condition, String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(arguments));
        }
    }

    static void length(String subject, String what, int expected, int found) {
        that(expected == found, "%s has %d tokens but %d %s", subject, expected, found, what);
    }

    static void lengthIfPresent(String subject, String what, int expected, float @Nullable [] values) {
        if (values != null) {
            length(subject, what, expected, values.length);
        }
    }
}
