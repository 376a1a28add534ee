// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.List;

/** A part of a template that writes. */
interface Statement {

    /** Where to go on. */
    enum Next {
        STATEMENT,
        ITERATION,
        LOOP_END
    }

    Next render(Scope scope, StringBuilder output);

    /** Statements one after another. */
    static Statement sequence(List<Statement> statements) {
        return (scope, output) -> {
            for (Statement statement : statements) {
                scope.step();
                Next next = statement.render(scope, output);
                Texts.requireLength(output.length());
                if (next != Next.STATEMENT) {
                    return next;
                }
            }
            return Next.STATEMENT;
        };
    }

    /** The same, whose problems name a line. */
    default Statement at(int line) {
        return (scope, output) -> {
            try {
                return render(scope, output);
            } catch (TemplateException e) {
                throw e.at(line);
            }
        };
    }
}
