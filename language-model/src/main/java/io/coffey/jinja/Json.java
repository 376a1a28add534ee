// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as Python's {@code json.dumps(value, ensure_ascii=False)} writes them. */
final class Json {

    private final StringBuilder text = new StringBuilder();
    private final @Nullable String indent;

    private Json(@Nullable String indent) {
        this.indent = indent;
    }

    /** @param indent of each level; null for a single line */
    static String of(@Nullable Object value, @Nullable String indent) {
        Json json = new Json(indent);
        json.write(value, 1);
        return json.text.toString();
    }

    private void write(@Nullable Object value, int level) {
        Texts.requireLength(text.length());
        if (value == null) {
            text.append("null");
        } else if (value instanceof String string) {
            quote(string);
        } else if (value instanceof Boolean || value instanceof Number) {
            text.append(value);
        } else if (value instanceof List<?> list) {
            Iterator<?> elements = list.iterator();
            text.append('[');
            while (elements.hasNext()) {
                line(level);
                write(elements.next(), level + 1);
                separate(elements);
            }
            close(list.isEmpty(), level, ']');
        } else if (value instanceof Map<?, ?> map) {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            text.append('{');
            while (entries.hasNext()) {
                Map.Entry<?, ?> entry = entries.next();
                line(level);
                quote(Values.string("tojson", entry.getKey()));
                text.append(": ");
                write(entry.getValue(), level + 1);
                separate(entries);
            }
            close(map.isEmpty(), level, '}');
        } else {
            throw TemplateException.of("tojson cannot write " + Values.kind(value));
        }
    }

    private void separate(Iterator<?> rest) {
        if (rest.hasNext()) {
            text.append(indent == null ? ", " : ",");
        }
    }

    private void close(boolean empty, int level, char bracket) {
        if (!empty) {
            line(level - 1);
        }
        text.append(bracket);
    }

    private void line(int level) {
        if (indent != null) {
            text.append('\n').append(indent.repeat(level));
        }
    }

    private void quote(String string) {
        text.append('"');
        string.chars().forEach(c -> {
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> text.append(c < 0x20 ? "\\u%04x".formatted(c) : String.valueOf((char) c));
            }
        });
        text.append('"');
    }
}
