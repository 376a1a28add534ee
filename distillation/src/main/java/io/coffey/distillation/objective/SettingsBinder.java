// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Turns the text of an objective's settings into typed values. Each call declares one setting and reads it; a value
 * that does not fit becomes a problem and reads as the default, so that all problems are found in one pass.
 */
final class SettingsBinder {

    /** The key that names the objective itself. */
    static final String TYPE = "type";

    private final Map<String, String> given;
    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, String> presets = new HashMap<>();
    private final List<Setting> settings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    SettingsBinder(String type, Map<String, String> given) {
        this.given = Map.copyOf(given);
        values.put(TYPE, type);
    }

    /** Gives a setting that is declared later another default: for an objective that is one of others. */
    SettingsBinder preset(String name, String value) {
        presets.put(name, value);
        return this;
    }

    /** A number within bounds, both included. */
    double number(String name, double otherwise, double least, double most, String meaning) {
        String expected = "a number from %s to %s".formatted(plain(least), plain(most));
        return read(name, expected, otherwise, meaning, Double::parseDouble, v -> v >= least && v <= most);
    }

    /** An integer within bounds, both included. */
    int integer(String name, int otherwise, int least, int most, String meaning) {
        String expected = "an integer from %d to %d".formatted(least, most);
        return read(name, expected, otherwise, meaning, Integer::parseInt, v -> v >= least && v <= most);
    }

    /** One of the constants of an enumeration, written in lower case with hyphens. */
    <E extends Enum<E>> E choice(String name, E otherwise, String meaning) {
        Class<E> type = otherwise.getDeclaringClass();
        String expected = EnumSet.allOf(type).stream().map(SettingsBinder::word).collect(Collectors.joining(", "));
        Function<String, E> parse = text -> EnumSet.allOf(type).stream()
                .filter(constant -> word(constant).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
        return read(name, "one of " + expected, otherwise, meaning, parse, v -> true);
    }

    /** Adds a problem that only the settings together show. */
    void refuse(String name, String expected) {
        problems.add(problem(name, expected, values.getOrDefault(name, "")));
    }

    /** The settings declared so far, in order. */
    List<Setting> settings() {
        return List.copyOf(settings);
    }

    /** Every value, defaults included, in one canonical spelling, sorted by name. */
    SortedMap<String, String> values() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** All problems, those of undeclared keys included. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        new TreeMap<>(given)
                .keySet().stream()
                        .filter(name -> !values.containsKey(name))
                        .map(this::unknown)
                        .forEach(all::add);
        return List.copyOf(all);
    }

    /** How an enumeration's constant is written in settings and scripts. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private <T> T read(
            String name, String expected, T usual, String meaning, Function<String, T> parse, Predicate<T> fits) {
        String preset = presets.get(name);
        T otherwise = preset == null ? usual : parse.apply(preset);
        settings.add(new Setting(name, expected, text(otherwise), meaning));
        T value = otherwise;
        String written = given.get(name);
        if (written != null) {
            Optional<T> parsed = parsed(written.strip(), parse).filter(fits);
            if (parsed.isEmpty()) {
                problems.add(problem(name, expected, written));
            }
            value = parsed.orElse(otherwise);
        }
        values.put(name, text(value));
        return value;
    }

    private static <T> Optional<T> parsed(String written, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(written));
        } catch (IllegalArgumentException e) { // what does not parse does not fit: one problem, named by the caller
            return Optional.empty();
        }
    }

    private String unknown(String name) {
        String meant = Spelling.nearest(name, values.keySet())
                .map("; did you mean %s?"::formatted)
                .orElse("");
        return "objective.%s: unknown setting of objective %s%s".formatted(name, values.get(TYPE), meant);
    }

    private static String problem(String name, String expected, String found) {
        return "objective.%s: expected %s, found \"%s\"".formatted(name, expected, found);
    }

    private static String text(Object value) {
        return value instanceof Enum<?> constant ? word(constant) : value.toString();
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
