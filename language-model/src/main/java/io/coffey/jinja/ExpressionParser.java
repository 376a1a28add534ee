// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads expressions, with the precedences of Jinja2: from {@code if}, the loosest, to filters, the tightest. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    /** Names that follow a test instead of being its argument. */
    private static final Set<String> AFTER_TEST = Set.of("and", "or", "not", "else", "if", "in", "is");

    private final Cursor cursor;

    ExpressionParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /** An expression, or several with commas between them as a tuple. */
    Expression tuple() {
        return tuple(this::expression);
    }

    /** As {@link #tuple}, of expressions without {@code if}: what a loop goes through. */
    Expression looped() {
        return tuple(this::or);
    }

    private Expression tuple(Supplier<Expression> element) {
        Expression first = element.get();
        if (!cursor.atOperator(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (cursor.skipOperator(",")) {
            if (!cursor.at(Token.Kind.TAG_END) && !cursor.at(Token.Kind.OUTPUT_END) && !cursor.atOperator(")")) {
                elements.add(element.get());
            }
        }
        return scope -> Tuple.of(values(elements, scope).toArray());
    }

    Expression expression() {
        Expression value = or();
        while (cursor.skipName("if")) {
            Expression chosen = value;
            Expression condition = or();
            Expression otherwise =
                    cursor.skipName("else") ? expression() : scope -> new Undefined("an if without else");
            value = scope -> (Values.isTrue(condition.evaluate(scope)) ? chosen : otherwise).evaluate(scope);
        }
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (cursor.skipName("or")) {
            Expression first = left;
            Expression second = and();
            left = scope -> {
                Object value = first.evaluate(scope);
                return Values.isTrue(value) ? value : second.evaluate(scope);
            };
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (cursor.skipName("and")) {
            Expression first = left;
            Expression second = not();
            left = scope -> {
                Object value = first.evaluate(scope);
                return Values.isTrue(value) ? second.evaluate(scope) : value;
            };
        }
        return left;
    }

    private Expression not() {
        int negations = 0;
        while (cursor.skipName("not")) {
            negations++;
        }
        Expression value = comparison();
        boolean negative = negations % 2 == 1;
        return negations == 0 ? value : scope -> Values.isTrue(value.evaluate(scope)) != negative;
    }

    /** {@code a < b < c} means {@code a < b and b < c}. */
    private Expression comparison() {
        int line = cursor.line();
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>();
        for (String operator = comparator(); operator != null; operator = comparator()) {
            operators.add(operator);
            operands.add(sum());
        }
        if (operators.isEmpty()) {
            return first;
        }
        Expression chain = scope -> {
            Object left = first.evaluate(scope);
            boolean holds = true;
            for (int i = 0; i < operators.size() && holds; i++) {
                Object right = operands.get(i).evaluate(scope);
                holds = Values.isTrue(Operators.binary(operators.get(i), left, right));
                left = right;
            }
            return holds;
        };
        return chain.at(line);
    }

    private @Nullable String comparator() {
        if (cursor.at(Token.Kind.OPERATOR)
                && COMPARISONS.contains(cursor.current().text())) {
            return cursor.take().text();
        } else if (cursor.skipName("in")) {
            return "in";
        } else if (cursor.atName("not") && cursor.following().is(Token.Kind.NAME, "in")) {
            cursor.take();
            cursor.take();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        return binary(this::concatenation, Set.of("+", "-"));
    }

    private Expression concatenation() {
        return binary(this::product, Set.of("~"));
    }

    private Expression product() {
        return binary(this::power, Set.of("*", "/", "//", "%"));
    }

    private Expression power() {
        return binary(() -> unary(true), Set.of("**"));
    }

    private Expression binary(Supplier<Expression> operand, Set<String> operators) {
        Expression left = operand.get();
        while (cursor.at(Token.Kind.OPERATOR)
                && operators.contains(cursor.current().text())) {
            int line = cursor.line();
            String operator = cursor.take().text();
            Expression first = left;
            Expression second = operand.get();
            Expression both = scope -> Operators.binary(operator, first.evaluate(scope), second.evaluate(scope));
            left = both.at(line);
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        int line = cursor.line();
        Expression value;
        if (cursor.atOperator("-") || cursor.atOperator("+")) {
            boolean negative = cursor.take().text().equals("-");
            Expression operand = unary(false);
            Expression signed = scope -> {
                Object negated = Operators.negative(operand.evaluate(scope));
                return negative ? negated : Operators.negative(negated);
            };
            value = signed.at(line);
        } else {
            value = postfix(primary());
        }
        return filtered ? filters(value) : value;
    }

    private Expression primary() {
        Token token = cursor.current();
        switch (token.kind()) {
            case NAME -> {
                cursor.take();
                return name(token.text());
            }
            case STRING -> {
                return strings();
            }
            case INTEGER -> {
                cursor.take();
                Long value = integer(token);
                return scope -> value;
            }
            case FLOAT -> {
                cursor.take();
                Double value = Double.valueOf(token.text());
                return scope -> value;
            }
            default -> {
                if (cursor.skipOperator("(")) {
                    return parenthesized();
                } else if (cursor.skipOperator("[")) {
                    List<Expression> elements = elements("]");
                    return scope -> values(elements, scope);
                } else if (cursor.skipOperator("{")) {
                    return mapping();
                }
                throw cursor.unexpected("a value");
            }
        }
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> scope -> true;
            case "false", "False" -> scope -> false;
            case "none", "None" -> scope -> null;
            default -> scope -> scope.get(name);
        };
    }

    private static Long integer(Token token) {
        try {
            return Long.valueOf(token.text());
        } catch (NumberFormatException e) {
            throw TemplateException.of("the number %s is too large".formatted(token.text()))
                    .at(token.line());
        }
    }

    /** Strings that stand side by side are one. */
    private Expression strings() {
        StringBuilder text = new StringBuilder();
        while (cursor.at(Token.Kind.STRING)) {
            text.append(cursor.take().text());
        }
        String value = text.toString();
        return scope -> value;
    }

    private Expression parenthesized() {
        if (cursor.skipOperator(")")) {
            return scope -> Tuple.of();
        }
        Expression value = tuple();
        cursor.expectOperator(")");
        return value;
    }

    private List<Expression> elements(String end) {
        List<Expression> elements = new ArrayList<>();
        while (!cursor.skipOperator(end)) {
            if (!elements.isEmpty()) {
                cursor.expectOperator(",");
                if (cursor.skipOperator(end)) {
                    break;
                }
            }
            elements.add(expression());
        }
        return elements;
    }

    private Expression mapping() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!cursor.skipOperator("}")) {
            if (!keys.isEmpty()) {
                cursor.expectOperator(",");
                if (cursor.skipOperator("}")) {
                    break;
                }
            }
            keys.add(expression());
            cursor.expectOperator(":");
            values.add(expression());
        }
        return scope -> {
            Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                map.put(keys.get(i).evaluate(scope), values.get(i).evaluate(scope));
            }
            return map;
        };
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            int line = cursor.line();
            Expression subject = value;
            if (cursor.skipOperator(".")) {
                value = attribute(subject).at(line);
            } else if (cursor.skipOperator("[")) {
                value = subscript(subject).at(line);
            } else if (cursor.skipOperator("(")) {
                value = call(subject).at(line);
            } else {
                return value;
            }
        }
    }

    private Expression attribute(Expression subject) {
        if (cursor.at(Token.Kind.INTEGER)) {
            Long index = integer(cursor.take());
            return scope -> Operators.item(subject.evaluate(scope), index);
        }
        String name = cursor.expect(Token.Kind.NAME, "a name after the dot").text();
        return scope -> Operators.attribute(subject.evaluate(scope), name);
    }

    private Expression subscript(Expression subject) {
        Expression nothing = scope -> null;
        List<Expression> bounds = new ArrayList<>();
        boolean slice = false;
        boolean expected = true;
        while (!cursor.skipOperator("]")) {
            if (cursor.skipOperator(":")) {
                if (expected) {
                    bounds.add(nothing);
                }
                slice = true;
                expected = true;
            } else if (expected) {
                bounds.add(expression());
                expected = false;
            } else {
                throw cursor.unexpected("]");
            }
        }
        if (!slice) {
            if (bounds.isEmpty()) {
                throw cursor.problem("expected an index between the brackets");
            }
            Expression key = bounds.get(0);
            return scope -> Operators.item(subject.evaluate(scope), key.evaluate(scope));
        } else if (bounds.size() > 3) {
            throw cursor.problem("a slice has at most a start, a stop and a step");
        }
        while (bounds.size() < 3) {
            bounds.add(nothing);
        }
        return scope -> Operators.slice(
                subject.evaluate(scope),
                bounds.get(0).evaluate(scope),
                bounds.get(1).evaluate(scope),
                bounds.get(2).evaluate(scope));
    }

    private Expression call(Expression subject) {
        Call arguments = arguments();
        return scope -> {
            scope.step();
            Object callee = subject.evaluate(scope);
            if (callee instanceof Function function) {
                return function.call(arguments.evaluated("the function", scope));
            } else if (callee instanceof Undefined missing) {
                throw missing.problem();
            }
            throw TemplateException.of("cannot call " + Values.kind(callee));
        };
    }

    private record Call(List<Expression> positional, Map<String, Expression> named) {

        Arguments evaluated(String callee, Scope scope) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            named.forEach((name, value) -> values.put(name, value.evaluate(scope)));
            return new Arguments(callee, values(positional, scope), values);
        }
    }

    /** What stands between parentheses, the opening one taken. */
    private Call arguments() {
        Call call = new Call(new ArrayList<>(), new LinkedHashMap<>());
        boolean first = true;
        while (!cursor.skipOperator(")")) {
            if (!first) {
                cursor.expectOperator(",");
                if (cursor.skipOperator(")")) {
                    break;
                }
            }
            first = false;
            if (cursor.at(Token.Kind.NAME) && cursor.following().is(Token.Kind.OPERATOR, "=")) {
                String name = cursor.take().text();
                cursor.take();
                call.named().put(name, expression());
            } else if (call.named().isEmpty()) {
                call.positional().add(expression());
            } else {
                throw cursor.unexpected("a named argument after a named one");
            }
        }
        return call;
    }

    private Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            int line = cursor.line();
            Expression subject = value;
            if (cursor.skipOperator("|")) {
                value = filter(subject).at(line);
            } else if (cursor.skipName("is")) {
                value = test(subject).at(line);
            } else if (cursor.skipOperator("(")) {
                value = call(subject).at(line);
            } else {
                return value;
            }
        }
    }

    private Expression filter(Expression subject) {
        Token name = cursor.expect(Token.Kind.NAME, "a filter's name");
        Filters.Filter filter = known(name, Filters::named);
        Call arguments = cursor.skipOperator("(") ? arguments() : new Call(List.of(), Map.of());
        return scope -> filter.apply(subject.evaluate(scope), arguments.evaluated("filter " + name.text(), scope));
    }

    private Expression test(Expression subject) {
        boolean negated = cursor.skipName("not");
        Token name = cursor.expect(Token.Kind.NAME, "a test's name");
        Conditions.Condition condition = known(name, Conditions::named);
        Call arguments;
        if (cursor.skipOperator("(")) {
            arguments = arguments();
        } else if (startsArgument()) {
            arguments = new Call(List.of(postfix(primary())), Map.of());
        } else {
            arguments = new Call(List.of(), Map.of());
        }
        return scope ->
                condition.holds(subject.evaluate(scope), arguments.evaluated("test " + name.text(), scope)) != negated;
    }

    private boolean startsArgument() {
        return switch (cursor.current().kind()) {
            case NAME -> !AFTER_TEST.contains(cursor.current().text());
            case STRING, INTEGER, FLOAT -> true;
            default -> cursor.atOperator("[") || cursor.atOperator("{");
        };
    }

    private static <T> T known(Token name, java.util.function.Function<String, T> find) {
        try {
            return find.apply(name.text());
        } catch (TemplateException e) {
            throw e.at(name.line());
        }
    }

    private static List<@Nullable Object> values(List<Expression> expressions, Scope scope) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Expression expression : expressions) {
            values.add(expression.evaluate(scope));
        }
        return values;
    }
}
