// SPDX-License-Identifier: Apache-2.0
/**
 * The offline diagnostic of Unmasking OPD: how well what a distillation teaches agrees with what would make answers
 * right. Uses models, verifiers and prompts of a run file, and no broker.
 */
@NullMarked
package io.coffey.cli.diagnose;

import org.jspecify.annotations.NullMarked;
