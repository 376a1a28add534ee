// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import java.util.Locale;

/** What can be struck. */
public enum Target {
    TRAINER,
    SCORER,
    ROLLOUT,
    BROKER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
