// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.cli.access;

import org.jspecify.annotations.NullMarked;
