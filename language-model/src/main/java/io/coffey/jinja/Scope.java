// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Names and their values: those of a loop's body or a macro, and behind them those around it. */
final class Scope {

    /** Steps after which a template is taken to run for ever. */
    private static final int MOST_STEPS = 1_000_000;

    private final Map<String, @Nullable Object> values = new HashMap<>();
    private final @Nullable Scope outer;
    private final AtomicInteger steps;

    private Scope(@Nullable Scope outer, AtomicInteger steps) {
        this.outer = outer;
        this.steps = steps;
    }

    /** The outermost scope of one rendering. */
    static Scope of(Map<String, ?> values) {
        Scope scope = new Scope(null, new AtomicInteger());
        values.forEach(scope::set);
        return scope;
    }

    Scope inner() {
        return new Scope(this, steps);
    }

    void step() {
        if (steps.incrementAndGet() > MOST_STEPS) {
            throw TemplateException.of("the template runs for more than %d steps".formatted(MOST_STEPS));
        }
    }

    @Nullable Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.values.containsKey(name)) {
                return scope.values.get(name);
            }
        }
        return new Undefined(name);
    }

    void set(String name, @Nullable Object value) {
        values.put(name, value);
    }
}
