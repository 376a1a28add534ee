// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A template, read once. Safe for use by several threads. */
public final class Template {

    private static final int LONGEST = 1 << 20;

    private final Statement whole;
    private final Map<String, Object> globals;

    private Template(Statement whole, Map<String, Object> globals) {
        this.whole = whole;
        this.globals = globals;
    }

    /**
     * Reads a template.
     *
     * @param clock what the template's {@code strftime_now} reads; null: it is not defined, so that a template that
     *     asks first takes a date of its own
     * @throws TemplateException if it has what is not supported, or is no template
     */
    public static Template parse(String source, @Nullable Clock clock) {
        if (source.length() > LONGEST) {
            throw TemplateException.of("expected a template of at most %d characters, found %d"
                            .formatted(LONGEST, source.length()))
                    .at(1);
        }
        try {
            return new Template(TemplateParser.parse(source), Globals.of(clock));
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
    }

    /**
     * Renders it.
     *
     * @param variables null, booleans, longs, doubles, strings, lists, and maps from strings
     * @throws TemplateException if it refuses the variables, or cannot be rendered with them
     */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        StringBuilder output = new StringBuilder();
        Map<String, @Nullable Object> all = new HashMap<>(globals);
        all.putAll(variables);
        try {
            whole.render(Scope.of(all), output);
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
        return output.toString();
    }

    /** A template is somebody else's file: that it nests without end is its fault, and no reason to end a process. */
    private static TemplateException tooDeep() {
        return TemplateException.of("expressions, tags or macros within each other too deep")
                .at(1);
    }
}
