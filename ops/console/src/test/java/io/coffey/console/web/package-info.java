// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.coffey.console.web;

import org.jspecify.annotations.NullMarked;
