// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a template's text, outputs and tags. */
final class TemplateParser {

    private final Cursor cursor;
    private final ExpressionParser expressions;
    private int loops;

    private TemplateParser(Cursor cursor) {
        this.cursor = cursor;
        this.expressions = new ExpressionParser(cursor);
    }

    static Statement parse(String template) {
        TemplateParser parser = new TemplateParser(new Cursor(Lexer.tokens(template)));
        Statement whole = parser.body(Set.of());
        if (!parser.cursor.at(Token.Kind.END)) {
            throw parser.cursor.unexpected("text or a tag that begins something");
        }
        return whole;
    }

    /** Statements up to a tag of one of these names, whose name is then the current token; or up to the end. */
    private Statement body(Set<String> ends) {
        List<Statement> statements = new ArrayList<>();
        while (!cursor.at(Token.Kind.END)) {
            int line = cursor.line();
            if (cursor.at(Token.Kind.DATA)) {
                String text = cursor.take().text();
                statements.add(write(scope -> text));
            } else if (cursor.at(Token.Kind.OUTPUT_BEGIN)) {
                cursor.take();
                statements.add(write(expressions.tuple().at(line)).at(line));
                cursor.expect(Token.Kind.OUTPUT_END, "}}");
            } else {
                if (ends.contains(cursor.following().text())) {
                    cursor.take();
                    break;
                }
                cursor.expect(Token.Kind.TAG_BEGIN, "a tag");
                statements.add(
                        tag(cursor.expect(Token.Kind.NAME, "a tag's name")).at(line));
            }
        }
        if (cursor.at(Token.Kind.END) && !ends.isEmpty()) {
            throw cursor.unexpected("{%% %s %%}".formatted(String.join(" or ", ends)));
        }
        return Statement.sequence(statements);
    }

    private static Statement write(Expression value) {
        return (scope, output) -> {
            output.append(Values.text(value.evaluate(scope)));
            return Statement.Next.STATEMENT;
        };
    }

    private Statement tag(Token name) {
        return switch (name.text()) {
            case "if" -> condition();
            case "for" -> loop();
            case "set" -> assignment();
            case "macro" -> macro();
            case "generation" -> generation();
            case "break" -> leave(name, Statement.Next.LOOP_END);
            case "continue" -> leave(name, Statement.Next.ITERATION);
            default ->
                throw TemplateException.of("the tag '%s' is not supported here".formatted(name.text()))
                        .at(name.line());
        };
    }

    private void end() {
        cursor.expect(Token.Kind.TAG_END, "%}");
    }

    private void end(String name) {
        if (!cursor.skipName(name)) {
            throw cursor.unexpected(name);
        }
        end();
    }

    private Statement condition() {
        Expression condition = expressions.tuple();
        end();
        Statement chosen = body(Set.of("elif", "else", "endif"));
        Statement otherwise = Statement.sequence(List.of());
        if (cursor.skipName("elif")) {
            otherwise = condition();
        } else if (cursor.skipName("else")) {
            end();
            otherwise = body(Set.of("endif"));
            end("endif");
        } else {
            end("endif");
        }
        Statement other = otherwise;
        return (scope, output) -> (Values.isTrue(condition.evaluate(scope)) ? chosen : other).render(scope, output);
    }

    private Statement loop() {
        List<String> names = names();
        if (!cursor.skipName("in")) {
            throw cursor.unexpected("in");
        }
        Expression values = expressions.looped();
        Expression filter = cursor.skipName("if") ? expressions.expression() : null;
        if (cursor.atName("recursive")) {
            throw cursor.problem("recursive loops are not supported");
        }
        end();
        loops++;
        Statement body = body(Set.of("else", "endfor"));
        loops--;
        Statement otherwise = Statement.sequence(List.of());
        if (cursor.skipName("else")) {
            end();
            otherwise = body(Set.of("endfor"));
        }
        end("endfor");
        return new Loop(names, values, filter, body, otherwise);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        boolean parentheses = cursor.skipOperator("(");
        do {
            names.add(cursor.expect(Token.Kind.NAME, "a name").text());
        } while (cursor.skipOperator(","));
        if (parentheses) {
            cursor.expectOperator(")");
        }
        return names;
    }

    private Statement assignment() {
        if (cursor.following().is(Token.Kind.OPERATOR, ".")) {
            return assignmentToNamespace();
        }
        List<String> names = names();
        if (cursor.skipOperator("=")) {
            Expression value = expressions.tuple();
            end();
            return (scope, output) -> {
                assign(scope, names, value.evaluate(scope));
                return Statement.Next.STATEMENT;
            };
        }
        end();
        Statement body = body(Set.of("endset"));
        end("endset");
        return (scope, output) -> {
            StringBuilder text = new StringBuilder();
            body.render(scope.inner(), text);
            assign(scope, names, text.toString());
            return Statement.Next.STATEMENT;
        };
    }

    private Statement assignmentToNamespace() {
        String namespace = cursor.take().text();
        cursor.take();
        String name = cursor.expect(Token.Kind.NAME, "a name after the dot").text();
        cursor.expectOperator("=");
        Expression value = expressions.tuple();
        end();
        return (scope, output) -> {
            if (!(scope.get(namespace) instanceof Namespace target)) {
                throw TemplateException.of("%s is no namespace: its %s cannot be set".formatted(namespace, name));
            }
            target.set(name, value.evaluate(scope));
            return Statement.Next.STATEMENT;
        };
    }

    /** Gives a value to a name, or the elements of a value to several. */
    static void assign(Scope scope, List<String> names, @Nullable Object value) {
        if (names.size() == 1) {
            scope.set(names.get(0), value);
            return;
        }
        List<@Nullable Object> parts = Values.list(value);
        if (parts.size() != names.size()) {
            throw TemplateException.of(
                    "expected %d values for %s, found %d".formatted(names.size(), names, parts.size()));
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.set(names.get(i), parts.get(i));
        }
    }

    private Statement macro() {
        String name = cursor.expect(Token.Kind.NAME, "the macro's name").text();
        cursor.expectOperator("(");
        Map<String, @Nullable Expression> parameters = new LinkedHashMap<>();
        while (!cursor.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                cursor.expectOperator(",");
            }
            String parameter = cursor.expect(Token.Kind.NAME, "a parameter").text();
            parameters.put(parameter, cursor.skipOperator("=") ? expressions.expression() : null);
        }
        end();
        int around = loops;
        loops = 0;
        Statement body = body(Set.of("endmacro"));
        loops = around;
        end("endmacro");
        return (scope, output) -> {
            scope.set(name, new Macro(name, parameters, body, scope));
            return Statement.Next.STATEMENT;
        };
    }

    /** Marks what the assistant wrote, for training with masks: only its text counts here. */
    private Statement generation() {
        end();
        Statement body = body(Set.of("endgeneration"));
        end("endgeneration");
        return body;
    }

    private Statement leave(Token name, Statement.Next next) {
        if (loops == 0) {
            throw TemplateException.of("%s outside a loop".formatted(name.text()))
                    .at(name.line());
        }
        end();
        return (scope, output) -> next;
    }
}
