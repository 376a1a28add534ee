// SPDX-License-Identifier: Apache-2.0
/**
 * Conversations as the text that a chat model was trained on, by the template of its directory. Built on
 * {@code io.coffey.jinja}; the text is then tokenised by {@code io.coffey.tokenizer}.
 */
@NullMarked
package io.coffey.chat;

import org.jspecify.annotations.NullMarked;
