// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

/**
 * A piece of a template.
 *
 * @param text the data, the name, the operator, the string's value or the number
 * @param line from 1
 */
record Token(Kind kind, String text, int line) {

    enum Kind {
        DATA,
        OUTPUT_BEGIN,
        OUTPUT_END,
        TAG_BEGIN,
        TAG_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind expected, String value) {
        return kind == expected && text.equals(value);
    }

    /** How an error names it. */
    String described() {
        return switch (kind) {
            case END -> "the end of the template";
            case OUTPUT_END -> "}}";
            case TAG_END -> "%}";
            default -> text;
        };
    }
}
