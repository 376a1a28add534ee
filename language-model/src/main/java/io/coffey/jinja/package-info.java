// SPDX-License-Identifier: Apache-2.0
/**
 * The part of the Jinja template language that chat templates are written in, with the results of Jinja2 as Hugging
 * Face sets it up: {@code trim_blocks}, {@code lstrip_blocks}, loop controls, JSON without escapes for HTML. What is
 * not in it is refused with its line. A template sees the values it is given and nothing else: no reflection, no files,
 * no clock; and it cannot run or grow without bound. Used by {@code io.coffey.chat}; knows no other package.
 */
@NullMarked
package io.coffey.jinja;

import org.jspecify.annotations.NullMarked;
