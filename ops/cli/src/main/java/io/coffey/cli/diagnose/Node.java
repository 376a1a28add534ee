// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.diagnose;

import io.coffey.distillation.trajectory.Prompt;

/**
 * A place where a rollout could have gone on otherwise.
 *
 * @param prompt what is completed
 * @param prefix tokens of the completion before the place
 * @param right whether the rollout that it was taken from became right
 * @param candidates tokens that may come next, [K]
 * @param student the student's shares among them, [K]
 * @param teacher the teacher's shares among them, [K]
 */
record Node(Prompt prompt, int[] prefix, boolean right, int[] candidates, double[] student, double[] teacher) {}
