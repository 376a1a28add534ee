// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The section {@code run}: which run this is. */
public interface RunSection {
    /** Names the run: prefix of its topics, its consumer groups and its transactional ids. */
    @Matches(
            value = "[A-Za-z0-9][A-Za-z0-9_-]{0,99}",
            words = "a name of 1 to 100 letters, digits, '_' or '-' that begins with a letter or digit")
    String name();

    /** Seed of everything random. */
    @WithDefault("0")
    long seed();

    /** Where the run keeps its files, in a folder of its name. */
    @WithDefault("runs")
    Path directory();
}
