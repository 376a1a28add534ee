// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.cli.capacity;

import org.jspecify.annotations.NullMarked;
