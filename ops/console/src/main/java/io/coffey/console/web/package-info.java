// SPDX-License-Identifier: Apache-2.0
/** The console over HTTP: the files of the page, and what the page asks for as JSON. Nothing here changes a run. */
@NullMarked
package io.coffey.console.web;

import org.jspecify.annotations.NullMarked;
