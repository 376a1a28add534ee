// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.WithDefault;

/** What the sections {@code student} and {@code teacher} share: how and where a model computes. */
public interface ComputeSection {
    /** What its matrices are multiplied in; a trainer's weights and optimiser stay f32. */
    @WithDefault("f32")
    Precision precision();

    /** Where it runs; a process has one device. */
    @WithDefault("cpu")
    @Matches(value = "cpu|cuda(:\\d{1,3})?", words = "cpu, cuda or cuda:N")
    String device();

    /** A number format. */
    enum Precision {
        /** Single precision. */
        F32,
        /** Half precision with the range of single: for GPUs. */
        BF16
    }
}
