// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.nio.file.Path;

/** The section {@code student}: a model. */
public interface ModelSection extends ComputeSection {
    /** Its Hugging Face directory. */
    Path model();
}
