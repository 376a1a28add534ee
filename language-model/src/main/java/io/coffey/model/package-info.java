// SPDX-License-Identifier: Apache-2.0
/**
 * The decoder network: its architecture, its TorchScript text, its parameters, and the Hugging Face directory they come
 * from. Built on {@code io.coffey.torch} and {@code io.coffey.weights}; used by sampling, scoring and training.
 *
 * <p>Letters of shapes: B batch, T position, V vocabulary, L layers, H heads, D head size.
 */
@NullMarked
package io.coffey.model;

import org.jspecify.annotations.NullMarked;
