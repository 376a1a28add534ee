// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import org.jspecify.annotations.Nullable;

/** A part of a template that has a value. */
interface Expression {

    @Nullable Object evaluate(Scope scope);

    /** The same, whose problems name a line. */
    default Expression at(int line) {
        return scope -> {
            try {
                return evaluate(scope);
            } catch (TemplateException e) {
                throw e.at(line);
            } catch (ArithmeticException e) { // an index or a count beyond 32 bits
                throw TemplateException.of("a number too large for its use").at(line);
            }
        };
    }
}
