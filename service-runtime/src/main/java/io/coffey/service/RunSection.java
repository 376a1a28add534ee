// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.WithDefault;
import java.nio.file.Files;
import java.nio.file.Path;

/** The section {@code run}: which run this is. */
public interface RunSection {
    /** Name of the warmed-up student's directory in the run's folder. */
    String WARMED_UP = "warm-up";

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

    /**
     * Where the student lies that was fine-tuned on the teacher's responses, for objectives that compare with them.
     *
     * @throws UserException if it was not made yet
     */
    default Path warmedUp() {
        Path model = directory().resolve(name()).resolve(WARMED_UP);
        if (!Files.isDirectory(model)) {
            throw new UserException(
                    ExitCode.DATA,
                    "run %s: expected the warmed-up student in %s, found none: coffey load makes it"
                            .formatted(name(), model));
        }
        return model;
    }
}
