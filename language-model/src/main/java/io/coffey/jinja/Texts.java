// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Strings as Python sees them: characters are code points. */
final class Texts {

    /** Longest string that a template may make. */
    static final int LONGEST = 1 << 22;

    private Texts() {}

    static String bounded(String text) {
        requireLength(text.length());
        return text;
    }

    static void requireLength(long length) {
        if (length > LONGEST) {
            throw TemplateException.of("a text of more than %d characters".formatted(LONGEST));
        }
    }

    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || c == 0x85 || c == 0xA0 || c == 0x2007 || c == 0x202F;
    }

    /** Without leading or trailing characters of a set; white space if there is no set. */
    static String stripped(String text, @Nullable String set, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && strips(text.codePointAt(from), set)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && strips(text.codePointBefore(to), set)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean strips(int c, @Nullable String set) {
        return set == null ? isSpace(c) : set.indexOf(c) >= 0;
    }

    /**
     * Parts between separators, between runs of white space if there is none; at most {@code limit} cuts, -1 for all.
     */
    static List<@Nullable Object> split(String text, @Nullable String separator, int limit) {
        List<@Nullable Object> parts = new ArrayList<>();
        if (separator != null && separator.isEmpty()) {
            throw TemplateException.of("split needs a separator that is not empty");
        }
        String rest = separator == null ? stripped(text, null, true, false) : text;
        while (limit < 0 || parts.size() < limit) {
            int cut = separator == null ? firstSpace(rest) : rest.indexOf(separator);
            if (cut < 0) {
                break;
            }
            parts.add(rest.substring(0, cut));
            rest = separator == null
                    ? stripped(rest.substring(cut), null, true, false)
                    : rest.substring(cut + separator.length());
        }
        if (separator != null || !rest.isEmpty()) {
            parts.add(separator == null ? stripped(rest, null, false, limit < 0 || parts.size() < limit) : rest);
        }
        return parts;
    }

    /** As {@link #split} with the cuts counted from the end. */
    static List<@Nullable Object> splitFromEnd(String text, String separator, int limit) {
        List<@Nullable Object> all = split(text, separator, -1);
        int keep = limit < 0 ? 0 : Math.max(0, all.size() - 1 - limit);
        List<@Nullable Object> parts = new ArrayList<>();
        int length = -separator.length();
        for (int i = 0; i <= keep; i++) {
            length += String.valueOf(all.get(i)).length() + separator.length();
        }
        parts.add(text.substring(0, length));
        parts.addAll(all.subList(keep + 1, all.size()));
        return parts;
    }

    private static int firstSpace(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isSpace(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    static String replaced(String text, String old, String fresh, int limit) {
        StringBuilder result = new StringBuilder();
        int position = 0;
        int count = 0;
        while (limit < 0 || count < limit) {
            int found = old.isEmpty() ? position : text.indexOf(old, position);
            if (found < 0 || (old.isEmpty() && count > text.length())) {
                break;
            }
            result.append(text, position, found).append(fresh);
            requireLength(result.length());
            position = found + old.length();
            if (old.isEmpty() && position < text.length()) {
                result.append(text.charAt(position++));
            }
            count++;
        }
        return bounded(
                result.append(text.substring(Math.min(position, text.length()))).toString());
    }

    /** The first letter of each word large, the others small. */
    static String title(String text) {
        StringBuilder result = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            result.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return result.toString();
    }

    static String capitalized(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The characters, a string each. */
    static List<@Nullable Object> characters(String text) {
        List<@Nullable Object> characters = new ArrayList<>(text.length());
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
    }
}
