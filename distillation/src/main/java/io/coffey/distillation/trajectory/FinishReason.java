// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/** Why a completion ended. */
public enum FinishReason {
    /** A stop token was sampled; it is the last token of the completion. */
    STOP,
    /** The length limit was reached. */
    LENGTH,
    /** Nothing usable came of the request; the credit travels on so that the loop cannot leak to a stop. */
    FAILED
}
