// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

/** What it means if a text spells a special token, such as {@code </s>}. */
public enum SpecialTokens {
    /** Nothing: it is text like any other, so that whoever wrote it cannot end a turn or begin another's. */
    AS_TEXT,
    /** The token itself: for texts whose author is trusted, such as data files and rendered chat templates. */
    PARSED
}
