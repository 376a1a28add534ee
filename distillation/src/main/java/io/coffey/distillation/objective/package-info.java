// SPDX-License-Identifier: Apache-2.0
/**
 * Objectives: what the student is trained to do. Each is one Java file, which says what it needs and binds its
 * settings, and one script of the same name beside it, which is the loss.
 * {@link io.coffey.distillation.objective.Objectives} lists them all.
 *
 * <p>Conventions, everywhere: {@code q} is the student's distribution, {@code p} the teacher's, over the full
 * vocabulary at temperature 1 in natural logarithms; forward KL is KL(p||q), reverse KL is KL(q||p). Losses are means
 * over the tokens or the trajectories of the whole optimiser batch. What several losses share is text of
 * {@code shared.py}, and of {@code support.py} for those that compare distributions on a support. Letters of shapes are
 * those of {@code io.coffey.distillation.batch}.
 */
@NullMarked
package io.coffey.distillation.objective;

import org.jspecify.annotations.NullMarked;
