// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Shared test data: models, tokenizers and golden files that are not part of the project. Without them tests skip. */
public final class SharedData {

    private SharedData() {}

    /** A file or directory of the shared test data; the calling test is skipped where it is absent. */
    public static Path path(String relative) {
        Path path = Path.of(System.getProperty("coffey.shared", "shared")).resolve(relative);
        Assumptions.assumeTrue(Files.exists(path), () -> "no shared test data at " + path);
        return path;
    }
}
