// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.List;

/** A place among tokens. */
final class Cursor {

    private final List<Token> tokens;
    private int position;

    Cursor(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    Token following() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    int line() {
        return current().line();
    }

    Token take() {
        Token token = current();
        position += token.kind() == Token.Kind.END ? 0 : 1;
        return token;
    }

    boolean at(Token.Kind kind) {
        return current().kind() == kind;
    }

    boolean atName(String name) {
        return current().is(Token.Kind.NAME, name);
    }

    boolean atOperator(String operator) {
        return current().is(Token.Kind.OPERATOR, operator);
    }

    boolean skipName(String name) {
        boolean found = atName(name);
        position += found ? 1 : 0;
        return found;
    }

    boolean skipOperator(String operator) {
        boolean found = atOperator(operator);
        position += found ? 1 : 0;
        return found;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected(operator);
        }
    }

    Token expect(Token.Kind kind, String described) {
        if (!at(kind)) {
            throw unexpected(described);
        }
        return take();
    }

    TemplateException unexpected(String expected) {
        return problem("expected %s, found %s".formatted(expected, current().described()));
    }

    TemplateException problem(String message) {
        return TemplateException.of(message).at(line());
    }
}
