// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What values mean. They are null (none), {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List},
 * {@link Map}, {@link Undefined}, {@link Namespace} and {@link Function}.
 */
final class Values {

    private Values() {}

    static boolean isTrue(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        } else if (value instanceof Number number) {
            return number.doubleValue() != 0;
        } else if (value instanceof String text) {
            return !text.isEmpty();
        } else if (value instanceof List<?> list) {
            return !list.isEmpty();
        } else if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return value != null && !(value instanceof Undefined);
    }

    static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (number(a) instanceof Number x && number(b) instanceof Number y) {
            return (x instanceof Long && y instanceof Long) ? x.equals(y) : x.doubleValue() == y.doubleValue();
        } else if (a instanceof Undefined || b instanceof Undefined) {
            return a instanceof Undefined && b instanceof Undefined;
        } else if (a instanceof List<?> x && b instanceof List<?> y) {
            if (x.size() != y.size() || x instanceof Tuple != y instanceof Tuple) {
                return false;
            }
            for (int i = 0; i < x.size(); i++) {
                if (!equal(x.get(i), y.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return Objects.equals(a, b);
    }

    /** Order of numbers, and of strings. */
    static int compare(@Nullable Object a, @Nullable Object b) {
        if (number(a) instanceof Number x && number(b) instanceof Number y) {
            return x instanceof Long p && y instanceof Long q
                    ? Long.compare(p, q)
                    : Double.compare(x.doubleValue(), y.doubleValue());
        } else if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        throw TemplateException.of("cannot order %s and %s".formatted(kind(a), kind(b)));
    }

    /** A number or a truth as a number; else null. */
    static @Nullable Object number(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth ? 1L : 0L;
        }
        return value instanceof Number number ? number : null;
    }

    static boolean contains(@Nullable Object container, @Nullable Object element) {
        if (container instanceof String text) {
            return text.contains(string("in", element));
        } else if (container instanceof Map<?, ?> map) {
            return map.containsKey(element);
        }
        return list(container).stream().anyMatch(value -> equal(value, element));
    }

    /** What a loop goes through. */
    static List<@Nullable Object> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        } else if (value instanceof Map<?, ?> map) {
            return new ArrayList<>(map.keySet());
        } else if (value instanceof String text) {
            return Texts.characters(text);
        } else if (value instanceof Undefined) {
            return new ArrayList<>();
        }
        throw TemplateException.of("cannot go through %s".formatted(kind(value)));
    }

    static long length(@Nullable Object value) {
        if (value instanceof String text) {
            return Texts.length(text);
        } else if (value instanceof Map<?, ?> map) {
            return map.size();
        } else if (value instanceof List<?> || value instanceof Undefined) {
            return list(value).size();
        }
        throw TemplateException.of("%s has no length".formatted(kind(value)));
    }

    static String string(String user, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        } else if (value instanceof Undefined missing) {
            throw missing.problem();
        }
        throw TemplateException.of("%s needs a string, found %s".formatted(user, kind(value)));
    }

    static long integer(String user, @Nullable Object value) {
        if (number(value) instanceof Long whole) {
            return whole;
        } else if (value instanceof Undefined missing) {
            throw missing.problem();
        }
        throw TemplateException.of("%s needs an integer, found %s".formatted(user, kind(value)));
    }

    /** The text that output shows: as Python prints it. */
    static String text(@Nullable Object value) {
        return value instanceof String text ? text : shown(value);
    }

    /** The text that shows a value within another. */
    private static String shown(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        if (value == null) {
            return "None";
        } else if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        } else if (value instanceof String string) {
            return quoted(string);
        } else if (value instanceof List<?> list) {
            text.append(value instanceof Tuple ? '(' : '[');
            for (int i = 0; i < list.size(); i++) {
                text.append(i == 0 ? "" : ", ").append(shown(list.get(i)));
                Texts.requireLength(text.length());
            }
            text.append(value instanceof Tuple && list.size() == 1 ? "," : "");
            return text.append(value instanceof Tuple ? ')' : ']').toString();
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(shown(key))
                        .append(": ")
                        .append(shown(element));
                Texts.requireLength(text.length());
            });
            return "{" + text + "}";
        } else if (value instanceof Number || value instanceof Undefined) {
            return value.toString();
        }
        throw TemplateException.of("%s has no text".formatted(kind(value)));
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (c == quote) {
                        quoted.append('\\').append(quote);
                    } else if (c < 0x20 || c == 0x7F) {
                        quoted.append("\\x%02x".formatted(c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append(quote).toString();
    }

    /** How errors name a value. */
    static String kind(@Nullable Object value) {
        if (value instanceof Undefined missing) {
            return missing.what() + ", which is undefined";
        } else if (value instanceof String) {
            return "a string";
        } else if (value instanceof Boolean) {
            return "a truth value";
        } else if (value instanceof Number) {
            return "a number";
        } else if (value instanceof List<?>) {
            return "a list";
        } else if (value instanceof Map<?, ?>) {
            return "a mapping";
        } else if (value instanceof Namespace) {
            return "a namespace";
        }
        return value == null ? "none" : "a function";
    }
}
