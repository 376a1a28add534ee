// SPDX-License-Identifier: Apache-2.0
package io.coffey.chat;

/**
 * One turn of a conversation.
 *
 * @param role who says it: {@code system}, {@code user}, {@code assistant}, or what else a template knows
 * @param content what is said
 */
public record ChatMessage(String role, String content) {}
