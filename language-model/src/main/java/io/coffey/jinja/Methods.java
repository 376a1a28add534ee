// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Python's methods of strings and mappings that change nothing. */
final class Methods {

    private Methods() {}

    /** A method by name; null if the value has none of that name. */
    static @Nullable Function find(@Nullable Object value, String name) {
        if (value instanceof String text) {
            return ofString(text, name);
        } else if (value instanceof Map<?, ?> map) {
            return ofMap(map, name);
        }
        return null;
    }

    private static @Nullable Function ofString(String text, String name) {
        return switch (name) {
            case "strip" -> arguments -> Texts.stripped(text, set(arguments), true, true);
            case "lstrip" -> arguments -> Texts.stripped(text, set(arguments), true, false);
            case "rstrip" -> arguments -> Texts.stripped(text, set(arguments), false, true);
            case "upper" -> arguments -> none(arguments, text.toUpperCase(Locale.ROOT));
            case "lower" -> arguments -> none(arguments, text.toLowerCase(Locale.ROOT));
            case "title" -> arguments -> none(arguments, Texts.title(text));
            case "capitalize" -> arguments -> none(arguments, Texts.capitalized(text));
            case "startswith" -> arguments -> anyOf(arguments, text::startsWith);
            case "endswith" -> arguments -> anyOf(arguments, text::endsWith);
            case "find" -> arguments -> find(text, arguments.accept(1).text(0, "sub"));
            case "count" -> arguments -> (long) count(text, arguments.accept(1).text(0, "sub"));
            case "isdigit" ->
                arguments -> none(arguments, !text.isEmpty() && text.chars().allMatch(Character::isDigit));
            case "split" ->
                arguments -> {
                    Object separator = arguments.accept(2, "sep", "maxsplit").get(0, "sep", null);
                    return Texts.split(
                            text,
                            separator == null ? null : Values.string("split", separator),
                            arguments.integer(1, "maxsplit", -1));
                };
            case "rsplit" ->
                arguments -> Texts.splitFromEnd(
                        text,
                        arguments.accept(2, "sep", "maxsplit").text(0, "sep"),
                        arguments.integer(1, "maxsplit", -1));
            case "replace" ->
                arguments -> Texts.replaced(
                        text,
                        arguments.accept(3, "count").text(0, "old"),
                        arguments.text(1, "new"),
                        arguments.integer(2, "count", -1));
            case "removeprefix" ->
                arguments -> {
                    String prefix = arguments.accept(1).text(0, "prefix");
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                arguments -> {
                    String suffix = arguments.accept(1).text(0, "suffix");
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            case "join" -> arguments -> Filters.joined(arguments.accept(1).required(0, "iterable"), text);
            default -> null;
        };
    }

    private static @Nullable Function ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "get" ->
                arguments -> {
                    Object key = arguments.accept(2).required(0, "key");
                    return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
                };
            case "keys" -> arguments -> none(arguments, new ArrayList<@Nullable Object>(map.keySet()));
            case "values" -> arguments -> none(arguments, new ArrayList<@Nullable Object>(map.values()));
            case "items" -> arguments -> none(arguments, items(map));
            default -> null;
        };
    }

    /** Pairs of a key and its value. */
    static List<@Nullable Object> items(Map<?, ?> map) {
        List<@Nullable Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(Tuple.of(key, value)));
        return items;
    }

    private static Object none(Arguments arguments, Object result) {
        arguments.accept(0);
        return result;
    }

    private static @Nullable String set(Arguments arguments) {
        Object set = arguments.accept(1).get(0, "chars", null);
        return set == null ? null : Values.string(arguments.callee(), set);
    }

    private static Object anyOf(Arguments arguments, Predicate<String> test) {
        Object given = arguments.accept(1).required(0, "prefix or suffix");
        return given instanceof Tuple several
                ? several.stream().anyMatch(one -> test.test(Values.string(arguments.callee(), one)))
                : test.test(Values.string(arguments.callee(), given));
    }

    private static Object find(String text, String part) {
        int index = text.indexOf(part);
        return index < 0 ? -1L : (long) text.codePointCount(0, index);
    }

    private static int count(String text, String part) {
        if (part.isEmpty()) {
            return Texts.length(text) + 1;
        }
        return Texts.split(text, part, -1).size() - 1;
    }
}
