// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code namespace(...)} makes: names that a template may set from within a loop. */
final class Namespace {

    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    @Nullable Object get(String name) {
        return values.containsKey(name) ? values.get(name) : new Undefined("the namespace's " + name);
    }

    void set(String name, @Nullable Object value) {
        values.put(name, value);
    }
}
