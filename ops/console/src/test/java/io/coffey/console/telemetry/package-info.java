// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.console.telemetry;

import org.jspecify.annotations.NullMarked;
