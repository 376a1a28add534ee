// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.nio.file.Path;

/** The sections {@code student} and {@code teacher}: a model. */
public interface ModelSection {
    /** Its Hugging Face directory. */
    Path model();
}
