// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands behind {@code |}. */
final class Filters {

    private Filters() {}

    /** A filter of a value with further arguments. */
    interface Filter {
        @Nullable Object apply(@Nullable Object value, Arguments arguments);
    }

    /** @throws TemplateException if there is none of that name */
    static Filter named(String name) {
        return switch (name) {
            case "trim" -> (value, a) -> Texts.stripped(Values.text(value), chars(a.accept(1, "chars")), true, true);
            case "upper" -> (value, a) -> text(value, a).toUpperCase(Locale.ROOT);
            case "lower" -> (value, a) -> text(value, a).toLowerCase(Locale.ROOT);
            case "capitalize" -> (value, a) -> Texts.capitalized(text(value, a));
            case "title" -> (value, a) -> titled(text(value, a));
            case "string" -> Filters::text;
            case "length", "count" -> (value, a) -> Values.length(bare(value, a));
            case "list" -> (value, a) -> Values.list(bare(value, a));
            case "first" -> (value, a) -> first(Values.list(bare(value, a)));
            case "last" -> (value, a) -> last(Values.list(bare(value, a)));
            case "reverse" -> (value, a) -> Operators.slice(bare(value, a), null, null, -1L);
            case "items" -> (value, a) -> items(bare(value, a));
            case "safe" -> Filters::bare;
            case "default", "d" -> Filters::orDefault;
            case "join" ->
                (value, a) -> joined(
                        attributes(value, a.accept(2, "d", "attribute").get(1, "attribute", null)),
                        Values.text(a.get(0, "d", "")));
            case "replace" ->
                (value, a) -> Texts.replaced(
                        Values.text(value),
                        a.accept(3, "count").text(0, "old"),
                        a.text(1, "new"),
                        a.integer(2, "count", -1));
            case "tojson" -> (value, a) -> json(value, a.accept(1, "indent", "ensure_ascii"));
            case "int" -> (value, a) -> integer(bare(value, a));
            case "float" -> (value, a) -> decimal(bare(value, a));
            case "abs" -> (value, a) -> absolute(bare(value, a));
            case "sort" -> Filters::sorted;
            case "unique" -> (value, a) -> unique(Values.list(bare(value, a)));
            case "min" -> (value, a) -> first(sorted(bare(value, a), a));
            case "max" -> (value, a) -> last(sorted(bare(value, a), a));
            case "map" -> Filters::mapped;
            case "select" -> (value, a) -> chosen(value, a, false, true);
            case "reject" -> (value, a) -> chosen(value, a, false, false);
            case "selectattr" -> (value, a) -> chosen(value, a, true, true);
            case "rejectattr" -> (value, a) -> chosen(value, a, true, false);
            case "indent" ->
                (value, a) -> indented(Values.string("indent", value), a.accept(3, "width", "first", "blank"));
            default -> throw TemplateException.of("the filter '%s' is not supported".formatted(name));
        };
    }

    private static @Nullable Object bare(@Nullable Object value, Arguments arguments) {
        arguments.accept(0);
        return value;
    }

    private static String text(@Nullable Object value, Arguments arguments) {
        return Values.text(bare(value, arguments));
    }

    private static @Nullable String chars(Arguments arguments) {
        Object chars = arguments.get(0, "chars", null);
        return chars == null ? null : Values.string("trim", chars);
    }

    /** The filter's words end at white space and at some signs; those of the method at whatever is no letter. */
    private static String titled(String text) {
        StringBuilder result = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            result.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
            inWord = !Texts.isSpace(c) && "-({[<".indexOf(c) < 0;
        }
        return result.toString();
    }

    private static @Nullable Object first(List<@Nullable Object> list) {
        return list.isEmpty() ? new Undefined("the first of nothing") : list.get(0);
    }

    private static @Nullable Object last(List<@Nullable Object> list) {
        return list.isEmpty() ? new Undefined("the last of nothing") : list.get(list.size() - 1);
    }

    private static List<@Nullable Object> items(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return Methods.items(map);
        } else if (value instanceof Undefined) {
            return List.of();
        }
        throw TemplateException.of("items needs a mapping, found " + Values.kind(value));
    }

    private static @Nullable Object orDefault(@Nullable Object value, Arguments arguments) {
        arguments.accept(2, "default_value", "boolean");
        boolean alsoFalse = Values.isTrue(arguments.get(1, "boolean", false));
        return value instanceof Undefined || (alsoFalse && !Values.isTrue(value))
                ? arguments.get(0, "default_value", "")
                : value;
    }

    static String joined(@Nullable Object values, String separator) {
        StringBuilder text = new StringBuilder();
        String before = "";
        for (Object value : Values.list(values)) {
            text.append(before).append(Values.text(value));
            before = separator;
            Texts.requireLength(text.length());
        }
        return text.toString();
    }

    private static String json(@Nullable Object value, Arguments arguments) {
        if (Values.isTrue(arguments.get(1, "ensure_ascii", false))) {
            throw TemplateException.of("tojson(ensure_ascii=true) is not supported");
        }
        Object indent = arguments.get(0, "indent", null);
        if (indent == null || indent instanceof String) {
            return Json.of(value, (String) indent);
        }
        return Json.of(value, " ".repeat((int) Math.max(0, Math.min(16, Values.integer("tojson", indent)))));
    }

    private static Object integer(@Nullable Object value) {
        if (value instanceof Undefined missing) {
            throw missing.problem();
        } else if (Values.number(value) instanceof Number number) {
            return number.longValue();
        }
        return ((Double) decimal(value)).longValue();
    }

    private static Object absolute(@Nullable Object value) {
        Object negative = Operators.negative(value);
        return Values.compare(negative, 0L) > 0 ? negative : Operators.negative(negative);
    }

    private static Object decimal(@Nullable Object value) {
        if (value instanceof Undefined missing) {
            throw missing.problem();
        } else if (Values.number(value) instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return value instanceof String text ? Double.parseDouble(Texts.stripped(text, null, true, true)) : 0.0;
        } catch (NumberFormatException e) {
            return 0.0; // the filter's default
        }
    }

    /** Letters of either size are the same, as everywhere in Jinja's sorting. */
    private static List<@Nullable Object> sorted(@Nullable Object value, Arguments arguments) {
        arguments.accept(0, "reverse", "attribute");
        Object attribute = arguments.get(2, "attribute", null);
        Comparator<@Nullable Object> order = (a, b) -> Values.compare(key(a, attribute), key(b, attribute));
        List<@Nullable Object> list = Values.list(value);
        list.sort(Values.isTrue(arguments.get(0, "reverse", false)) ? order.reversed() : order);
        return list;
    }

    private static @Nullable Object key(@Nullable Object value, @Nullable Object attribute) {
        Object key = attribute == null ? value : attribute(value, attribute);
        return key instanceof String text ? text.toLowerCase(Locale.ROOT) : key;
    }

    private static List<@Nullable Object> unique(List<@Nullable Object> list) {
        List<@Nullable Object> unique = new ArrayList<>();
        for (Object value : list) {
            if (unique.stream().noneMatch(known -> Values.equal(key(known, null), key(value, null)))) {
                unique.add(value);
            }
        }
        return unique;
    }

    private static Object mapped(@Nullable Object value, Arguments arguments) {
        if (arguments.named().containsKey("attribute")) {
            arguments.accept(0, "attribute", "default");
            List<@Nullable Object> found = attributes(value, arguments.named().get("attribute"));
            if (arguments.named().containsKey("default")) {
                found.replaceAll(
                        one -> one instanceof Undefined ? arguments.named().get("default") : one);
            }
            return found;
        }
        Filter filter = named(arguments.text(0, "filter"));
        Arguments rest = rest(arguments, 1);
        List<@Nullable Object> results = Values.list(value);
        results.replaceAll(one -> filter.apply(one, rest));
        return results;
    }

    private static List<@Nullable Object> attributes(@Nullable Object value, @Nullable Object attribute) {
        List<@Nullable Object> list = Values.list(value);
        if (attribute != null) {
            list.replaceAll(one -> attribute(one, attribute));
        }
        return list;
    }

    /** An attribute by a path of names and numbers. */
    private static @Nullable Object attribute(@Nullable Object value, Object path) {
        Object found = value;
        for (String name : Values.text(path).split("\\.", -1)) {
            found = Operators.item(found, name.matches("\\d+") ? Long.valueOf(name) : name);
        }
        return found;
    }

    private static Object chosen(@Nullable Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        int test = byAttribute ? 1 : 0;
        Object attribute = byAttribute ? arguments.required(0, "attribute") : null;
        Conditions.Condition condition = arguments.has(test, "test")
                ? Conditions.named(arguments.text(test, "test"))
                : (one, none) -> Values.isTrue(one);
        Arguments rest = rest(arguments, test + 1);
        List<@Nullable Object> chosen = Values.list(value);
        chosen.removeIf(one -> condition.holds(attribute == null ? one : attribute(one, attribute), rest) != wanted);
        return chosen;
    }

    private static Arguments rest(Arguments arguments, int from) {
        List<@Nullable Object> positional = arguments.positional();
        return new Arguments(
                arguments.callee(),
                positional.subList(Math.min(from, positional.size()), positional.size()),
                arguments.named());
    }

    private static String indented(String text, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String indent =
                width instanceof String given ? given : " ".repeat((int) Math.min(64, Values.integer("indent", width)));
        boolean first = Values.isTrue(arguments.get(1, "first", false));
        boolean blank = Values.isTrue(arguments.get(2, "blank", false));
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (i == 0 ? first : blank || !lines[i].isEmpty()) {
                lines[i] = indent + lines[i];
            }
        }
        return Texts.bounded(String.join("\n", lines));
    }
}
