// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import io.coffey.cli.run.LocalRunSettings;
import io.coffey.service.LoadedSettings;

/**
 * One run of a comparison.
 *
 * @param label what its rows and curves are called: the run file's name without its ending
 * @param loaded its settings, with a name and a seed of its own
 */
record PlannedRun(String label, LoadedSettings<LocalRunSettings> loaded) {

    LocalRunSettings settings() {
        return loaded.values();
    }

    String name() {
        return settings().run().name();
    }

    long seed() {
        return settings().run().seed();
    }
}
