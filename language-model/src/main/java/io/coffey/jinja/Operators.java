// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arithmetic, comparison, and access to parts of values. */
final class Operators {

    private static final int LONGEST_LIST = 1 << 16;

    private Operators() {}

    static @Nullable Object binary(String operator, @Nullable Object a, @Nullable Object b) {
        return switch (operator) {
            case "==" -> Values.equal(a, b);
            case "!=" -> !Values.equal(a, b);
            case "in" -> Values.contains(b, a);
            case "not in" -> !Values.contains(b, a);
            case "<" -> Values.compare(a, b) < 0;
            case "<=" -> Values.compare(a, b) <= 0;
            case ">" -> Values.compare(a, b) > 0;
            case ">=" -> Values.compare(a, b) >= 0;
            case "~" -> Texts.bounded(Values.text(a).concat(Values.text(b)));
            default -> arithmetic(operator, a, b);
        };
    }

    private static Object arithmetic(String operator, @Nullable Object a, @Nullable Object b) {
        if (operator.equals("+") && a instanceof String x && b instanceof String y) {
            return Texts.bounded(x.concat(y));
        } else if (operator.equals("+") && a instanceof List<?> x && b instanceof List<?> y) {
            List<@Nullable Object> both = new ArrayList<>(x);
            both.addAll(y);
            if (both.size() > LONGEST_LIST) {
                throw TemplateException.of("a list of more than %d values".formatted(LONGEST_LIST));
            }
            return both;
        } else if (operator.equals("*") && a instanceof String text && Values.number(b) instanceof Long count) {
            Texts.requireLength(count > Texts.LONGEST ? count : text.length() * Math.max(0, count));
            return text.repeat((int) Math.max(0, count));
        } else if (Values.number(a) instanceof Long x && Values.number(b) instanceof Long y) {
            return integers(operator, x, y);
        } else if (Values.number(a) instanceof Number x && Values.number(b) instanceof Number y) {
            return floats(operator, x.doubleValue(), y.doubleValue());
        }
        for (Object operand : new @Nullable Object[] {a, b}) {
            if (operand instanceof Undefined missing) {
                throw missing.problem();
            }
        }
        throw TemplateException.of("cannot apply %s to %s and %s".formatted(operator, Values.kind(a), Values.kind(b)));
    }

    private static Object integers(String operator, long x, long y) {
        try {
            return switch (operator) {
                case "+" -> Math.addExact(x, y);
                case "-" -> Math.subtractExact(x, y);
                case "*" -> Math.multiplyExact(x, y);
                case "//" -> Math.floorDiv(x, y);
                case "%" -> Math.floorMod(x, y);
                case "/" -> y == 0 ? Math.floorDiv(x, y) : (double) x / y;
                default -> power(x, y);
            };
        } catch (ArithmeticException e) {
            throw TemplateException.of("%d %s %d: %s".formatted(x, operator, y, e.getMessage()));
        }
    }

    private static Object power(long x, long y) {
        if (y < 0) {
            return Math.pow((double) x, (double) y);
        }
        long result = 1;
        for (long i = 0; i < y && (x > 1 || x < -1 || i < 2); i++) { // 0 and 1 change no more; the others soon overflow
            result = Math.multiplyExact(result, x);
        }
        return x == -1 && y % 2 != 0 ? -1L : result;
    }

    private static Object floats(String operator, double x, double y) {
        if (y == 0 && "//%".contains(operator)) {
            throw TemplateException.of("division by zero");
        }
        return switch (operator) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "/" -> x / y;
            case "//" -> Math.floor(x / y);
            case "%" -> x - y * Math.floor(x / y);
            default -> Math.pow(x, y);
        };
    }

    static Object negative(@Nullable Object value) {
        if (Values.number(value) instanceof Long whole) {
            return -whole;
        } else if (value instanceof Double number) {
            return -number;
        } else if (value instanceof Undefined missing) {
            throw missing.problem();
        }
        throw TemplateException.of("cannot negate " + Values.kind(value));
    }

    /** {@code value[key]} */
    static @Nullable Object item(@Nullable Object value, @Nullable Object key) {
        if (value instanceof Undefined missing) {
            throw missing.problem();
        } else if (value instanceof Map<?, ?> map && map.containsKey(key)) {
            return map.get(key);
        } else if ((value instanceof List<?> || value instanceof String) && Values.number(key) instanceof Long index) {
            List<@Nullable Object> list = Values.list(value);
            long place = index < 0 ? index + list.size() : index;
            return place >= 0 && place < list.size() ? list.get((int) place) : new Undefined("element " + index);
        } else if (key instanceof String name) {
            return attribute(value, name);
        }
        return new Undefined("the element asked of " + Values.kind(value));
    }

    /** {@code value.name} */
    static @Nullable Object attribute(@Nullable Object value, String name) {
        if (value instanceof Undefined missing) {
            throw missing.problem();
        } else if (value instanceof Namespace namespace) {
            return namespace.get(name);
        }
        Function method = Methods.find(value, name);
        if (method != null) {
            return method;
        } else if (value instanceof Map<?, ?> map && map.containsKey(name)) {
            return map.get(name);
        }
        return new Undefined("%s of %s".formatted(name, Values.kind(value)));
    }

    /** {@code value[start:stop:step]}; null where a bound is left out. */
    static Object slice(@Nullable Object value, @Nullable Object start, @Nullable Object stop, @Nullable Object step) {
        if (!(value instanceof String) && !(value instanceof List<?>)) {
            if (value instanceof Undefined missing) {
                throw missing.problem();
            }
            throw TemplateException.of("cannot take a slice of " + Values.kind(value));
        }
        List<@Nullable Object> all = Values.list(value);
        long stride = step == null ? 1 : Values.integer("a slice", step);
        if (stride == 0) {
            throw TemplateException.of("a slice needs a step other than 0");
        }
        long low = stride > 0 ? 0 : -1;
        long high = stride > 0 ? all.size() : all.size() - 1L;
        long from = start == null ? (stride > 0 ? low : high) : bound(start, all.size(), low, high);
        long to = stop == null ? (stride > 0 ? high : low) : bound(stop, all.size(), low, high);
        List<@Nullable Object> part = new ArrayList<>();
        for (long i = from; stride > 0 ? i < to : i > to; i += stride) {
            part.add(all.get((int) i));
        }
        if (value instanceof String) {
            StringBuilder text = new StringBuilder();
            part.forEach(text::append);
            return text.toString();
        }
        return value instanceof Tuple ? Tuple.of(part.toArray()) : part;
    }

    private static long bound(Object value, int size, long low, long high) {
        long index = Values.integer("a slice", value);
        return Math.max(low, Math.min(high, index < 0 ? index + size : index));
    }
}
