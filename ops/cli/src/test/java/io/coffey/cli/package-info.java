// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.cli;

import org.jspecify.annotations.NullMarked;
