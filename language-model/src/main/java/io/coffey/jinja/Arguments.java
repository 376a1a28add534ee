// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call, a filter or a test.
 *
 * @param callee how errors name what is called
 */
record Arguments(String callee, List<@Nullable Object> positional, Map<String, @Nullable Object> named) {

    /** Refuses more arguments than some, and other names than those. */
    Arguments accept(int most, String... names) {
        if (positional.size() > most) {
            throw TemplateException.of(
                    "%s takes at most %d arguments here, found %d".formatted(callee, most, positional.size()));
        }
        for (String name : named.keySet()) {
            if (!Set.of(names).contains(name)) {
                throw TemplateException.of("%s has no argument %s here".formatted(callee, name));
            }
        }
        return this;
    }

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    /** An argument by place or name; {@code fallback} where it is missing. */
    @Nullable Object get(int index, String name, @Nullable Object fallback) {
        return index < positional.size() ? positional.get(index) : named.getOrDefault(name, fallback);
    }

    @Nullable Object required(int index, String name) {
        if (!has(index, name)) {
            throw TemplateException.of("%s needs the argument %s".formatted(callee, name));
        }
        return get(index, name, null);
    }

    String text(int index, String name) {
        return Values.string(callee, required(index, name));
    }

    int integer(int index, String name, int fallback) {
        return Math.toIntExact(Values.integer(callee, get(index, name, (long) fallback)));
    }
}
