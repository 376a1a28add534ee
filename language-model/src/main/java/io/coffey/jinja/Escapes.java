// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

/** The escapes of string literals: those of Python. */
final class Escapes {

    private Escapes() {}

    /** The value of what stands between the quotes. */
    static String unescaped(String literal) {
        StringBuilder value = new StringBuilder();
        int i = 0;
        while (i < literal.length()) {
            char c = literal.charAt(i);
            if (c != '\\' || i + 1 == literal.length()) {
                value.append(c);
                i++;
                continue;
            }
            char escape = literal.charAt(i + 1);
            i += 2;
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
            if (digits > 0) {
                value.appendCodePoint(codePoint(literal, i, digits));
                i += digits;
            } else if (escape >= '0' && escape <= '7') {
                throw TemplateException.of("octal escapes in strings are not supported");
            } else {
                int known = "ntrbfav\\'\"\n".indexOf(escape);
                value.append(
                        known < 0
                                ? "\\" + escape
                                : escape == '\n' ? "" : "\n\t\r\b\f\007\013\\'\"".substring(known, known + 1));
            }
        }
        return value.toString();
    }

    private static int codePoint(String literal, int from, int digits) {
        try {
            int code = Integer.parseInt(literal.substring(from, from + digits), 16);
            if (Character.isValidCodePoint(code)) {
                return code;
            }
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw TemplateException.of(
                    "expected %d hexadecimal digits after a backslash in a string".formatted(digits));
        }
        throw TemplateException.of("expected a character's number after a backslash in a string");
    }
}
