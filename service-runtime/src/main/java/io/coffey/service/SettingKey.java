// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One setting as its interface declares it: what type it has, whether it may be absent, and what values are allowed.
 *
 * @param path dotted path in the run file
 * @param type type of the value, or of each value of a list; primitives boxed
 * @param list whether it is a comma-separated list
 * @param optional whether it may be absent
 * @param defaultValue value when nobody gives one
 * @param interval where a number must lie
 * @param pattern what a text must match
 */
record SettingKey(
        String path,
        Class<?> type,
        boolean list,
        boolean optional,
        @Nullable String defaultValue,
        @Nullable Interval interval,
        @Nullable Matches pattern) {

    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            int.class, Integer.class,
            long.class, Long.class,
            double.class, Double.class,
            float.class, Float.class,
            boolean.class, Boolean.class,
            OptionalInt.class, Integer.class,
            OptionalLong.class, Long.class,
            OptionalDouble.class, Double.class);

    static SettingKey of(String path, Method method) {
        Type type = method.getGenericReturnType();
        boolean optional = type == OptionalInt.class || type == OptionalLong.class || type == OptionalDouble.class;
        boolean list = false;
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            optional = true;
            type = generic.getActualTypeArguments()[0];
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            list = true;
            type = generic.getActualTypeArguments()[0];
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalArgumentException("setting " + path + " has a type that settings cannot have: " + type);
        }
        WithDefault given = method.getAnnotation(WithDefault.class);
        Range range = method.getAnnotation(Range.class);
        return new SettingKey(
                path,
                BOXES.getOrDefault(plain, plain),
                list,
                optional,
                given == null ? null : given.value(),
                range == null ? null : Interval.parse(range.value()),
                method.getAnnotation(Matches.class));
    }

    boolean required() {
        return !optional && defaultValue == null;
    }

    /** What a value must be, in words. */
    String expected() {
        if (pattern != null) {
            return pattern.words();
        }
        String words = list ? "a list, each " + kind() : kind();
        return interval == null ? words : words + " in " + interval.text();
    }

    /**
     * The one spelling of a value, whatever spelling was given.
     *
     * @throws IllegalArgumentException if it is not {@link #expected}
     */
    String canonical(String text) {
        if (!list) {
            return canonicalElement(text);
        }
        List<String> elements = new ArrayList<>();
        for (String element : text.split(",", -1)) {
            elements.add(canonicalElement(element.strip()));
        }
        return String.join(",", elements);
    }

    private String kind() {
        if (type == Integer.class || type == Long.class) {
            return "an integer";
        } else if (type == Double.class || type == Float.class) {
            return "a number";
        } else if (type == Boolean.class) {
            return "true or false";
        } else if (type == Duration.class) {
            return "a duration such as 200ms, 30s, 10m, 2h or 7d";
        } else if (type == Path.class) {
            return "a path";
        } else if (type.isEnum()) {
            List<String> names = new ArrayList<>();
            for (Object constant : type.getEnumConstants()) {
                names.add(spelling(constant));
            }
            return "one of " + String.join(", ", names);
        }
        return "a text";
    }

    private String canonicalElement(String text) {
        if (type == Integer.class) {
            return inRange(Integer.parseInt(text), Integer.toString(Integer.parseInt(text)));
        } else if (type == Long.class) {
            return inRange((double) Long.parseLong(text), Long.toString(Long.parseLong(text)));
        } else if (type == Double.class || type == Float.class) {
            double value = Double.parseDouble(text);
            require(Double.isFinite(type == Float.class ? (float) value : value));
            return inRange(value, Double.toString(value));
        } else if (type == Boolean.class) {
            require(text.equals("true") || text.equals("false"));
        } else if (type == Duration.class) {
            return Durations.text(Durations.parse(text));
        } else if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (spelling(constant).equals(text)) {
                    return text;
                }
            }
            require(false);
        } else if (pattern != null) {
            require(text.matches(pattern.value()));
        }
        return text;
    }

    private String inRange(double value, String canonical) {
        require(interval == null || interval.contains(value));
        return canonical;
    }

    private void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException(path + ": expected " + expected());
        }
    }

    /** How the run file spells an enum constant: AT_LEAST is {@code at-least}. */
    private static String spelling(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
