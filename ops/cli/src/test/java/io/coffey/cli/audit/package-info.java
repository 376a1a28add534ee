// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.cli.audit;

import org.jspecify.annotations.NullMarked;
