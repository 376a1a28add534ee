// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that every template has. */
final class Globals {

    private static final int LONGEST_RANGE = 100_000;

    /** Python's codes and Java's patterns. */
    private static final Map<Character, String> DATE_PATTERNS = Map.ofEntries(
            Map.entry('d', "dd"),
            Map.entry('m', "MM"),
            Map.entry('Y', "yyyy"),
            Map.entry('y', "yy"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('p', "a"),
            Map.entry('j', "DDD"));

    private Globals() {}

    /** @param clock what {@code strftime_now} reads; null: there is no such function */
    static Map<String, Object> of(@Nullable Clock clock) {
        Map<String, Object> globals = new LinkedHashMap<>();
        put(globals, "namespace", Globals::namespace);
        put(
                globals,
                "dict",
                arguments -> new LinkedHashMap<>(
                        arguments.accept(0, names(arguments)).named()));
        put(globals, "range", Globals::range);
        put(globals, "raise_exception", arguments -> {
            throw TemplateException.raised(Values.text(arguments.accept(1).required(0, "message")));
        });
        if (clock != null) {
            put(
                    globals,
                    "strftime_now",
                    arguments ->
                            date(ZonedDateTime.now(clock), arguments.accept(1).text(0, "format")));
        }
        return globals;
    }

    private static void put(Map<String, Object> globals, String name, Function function) {
        Function named = arguments -> function.call(new Arguments(name, arguments.positional(), arguments.named()));
        globals.put(name, named);
    }

    private static String[] names(Arguments arguments) {
        return arguments.named().keySet().toArray(new String[0]);
    }

    private static Object namespace(Arguments arguments) {
        Namespace namespace = new Namespace();
        arguments.accept(0, names(arguments)).named().forEach(namespace::set);
        return namespace;
    }

    private static Object range(Arguments arguments) {
        arguments.accept(3);
        boolean single = arguments.positional().size() == 1;
        long start = single ? 0 : Values.integer("range", arguments.required(0, "start"));
        long stop = Values.integer("range", arguments.required(single ? 0 : 1, "stop"));
        long step = arguments.integer(2, "step", 1);
        if (step == 0) {
            throw TemplateException.of("range needs a step other than 0");
        }
        List<@Nullable Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            if (numbers.size() == LONGEST_RANGE) {
                throw TemplateException.of("a range of more than %d numbers".formatted(LONGEST_RANGE));
            }
            numbers.add(i);
        }
        return numbers;
    }

    private static String date(ZonedDateTime now, String format) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                text.append(c);
                continue;
            }
            boolean unpadded = format.startsWith("-", i + 1);
            i += unpadded ? 2 : 1;
            char code = i < format.length() ? format.charAt(i) : ' ';
            String pattern = DATE_PATTERNS.get(code);
            if (code == '%') {
                text.append('%');
            } else if (pattern == null) {
                throw TemplateException.of("strftime_now does not know the code %" + code);
            } else {
                String part =
                        DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
                text.append(unpadded ? part.replaceFirst("^0+(?=.)", "") : part);
            }
        }
        return text.toString();
    }
}
