// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.trainer.kafka;

import org.jspecify.annotations.NullMarked;
