// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.cli.watching;

import org.jspecify.annotations.NullMarked;
