// SPDX-License-Identifier: Apache-2.0
/**
 * Low-rank adapters of a decoder's matrices (Hu et al., LoRA, 2021): a few megabytes that stand for trained weights.
 * Built on {@code io.coffey.model}; learned in {@code io.coffey.training}, published by the trainer, stored in the
 * directory form of PEFT.
 */
@NullMarked
package io.coffey.adapter;

import org.jspecify.annotations.NullMarked;
