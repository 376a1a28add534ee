// SPDX-License-Identifier: Apache-2.0
/**
 * Safetensors files: read under strict limits, because a file may come from anyone, and written deterministically. Pure
 * Java; knows nothing of networks. Used by {@code io.coffey.model}.
 */
@NullMarked
package io.coffey.weights;

import org.jspecify.annotations.NullMarked;
