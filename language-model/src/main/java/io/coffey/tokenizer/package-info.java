// SPDX-License-Identifier: Apache-2.0
/**
 * Text to token ids and back, by the tokenizer of a Hugging Face model directory. The one package that sees the native
 * tokenizer library; knows nothing of networks. Text is tokenised once, where it enters; after that only ids travel.
 */
@NullMarked
package io.coffey.tokenizer;

import org.jspecify.annotations.NullMarked;
