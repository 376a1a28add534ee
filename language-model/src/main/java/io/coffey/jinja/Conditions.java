// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What stands behind {@code is}. */
final class Conditions {

    private Conditions() {}

    /** A condition of a value and of further arguments. */
    interface Condition {
        boolean holds(@Nullable Object value, Arguments arguments);
    }

    /** @throws TemplateException if there is none of that name */
    static Condition named(String name) {
        return switch (name) {
            case "defined" -> plain(value -> !(value instanceof Undefined));
            case "undefined" -> plain(Undefined.class::isInstance);
            case "none" -> plain(value -> value == null);
            case "true" -> plain(Boolean.TRUE::equals);
            case "false" -> plain(Boolean.FALSE::equals);
            case "boolean" -> plain(Boolean.class::isInstance);
            case "string" -> plain(String.class::isInstance);
            case "number" -> plain(value -> Values.number(value) != null);
            case "integer" -> plain(Long.class::isInstance);
            case "float" -> plain(Double.class::isInstance);
            case "mapping" -> plain(Map.class::isInstance);
            case "callable" -> plain(Function.class::isInstance);
            case "iterable" -> plain(value -> value instanceof Undefined || isSequence(value));
            case "sequence" -> plain(value -> value instanceof Undefined || isSequence(value));
            case "odd" -> plain(value -> Math.floorMod(Values.integer("odd", value), 2L) == 1);
            case "even" -> plain(value -> Math.floorMod(Values.integer("even", value), 2L) == 0);
            case "divisibleby" ->
                (value, arguments) -> Math.floorMod(
                                Values.integer("divisibleby", value),
                                Math.max(
                                        1,
                                        Values.integer(
                                                "divisibleby",
                                                arguments.accept(1).required(0, "num"))))
                        == 0;
            case "eq", "equalto", "sameas" -> operator("==");
            case "ne" -> operator("!=");
            case "lt", "lessthan" -> operator("<");
            case "le" -> operator("<=");
            case "gt", "greaterthan" -> operator(">");
            case "ge" -> operator(">=");
            case "in" -> operator("in");
            default -> throw TemplateException.of("the test '%s' is not supported".formatted(name));
        };
    }

    private static boolean isSequence(@Nullable Object value) {
        return value instanceof String || value instanceof List<?> || value instanceof Map<?, ?>;
    }

    private static Condition plain(Predicate<@Nullable Object> predicate) {
        return (value, arguments) -> {
            arguments.accept(0);
            return predicate.test(value);
        };
    }

    private static Condition operator(String operator) {
        return (value, arguments) -> Values.isTrue(
                Operators.binary(operator, value, arguments.accept(1).required(0, "other")));
    }
}
