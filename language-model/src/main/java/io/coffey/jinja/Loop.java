// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code for}: what its body sets, the next iteration does not see.
 *
 * @param filter which values it goes through; null for all
 * @param otherwise what it writes if there are none
 */
record Loop(List<String> names, Expression values, @Nullable Expression filter, Statement body, Statement otherwise)
        implements Statement {

    @Override
    public Next render(Scope scope, StringBuilder output) {
        List<@Nullable Object> list = Values.list(values.evaluate(scope));
        if (filter != null) {
            list.removeIf(value -> !Values.isTrue(filter.evaluate(with(scope, value))));
        }
        if (list.isEmpty()) {
            return otherwise.render(scope, output);
        }
        for (int i = 0; i < list.size(); i++) {
            Scope inner = with(scope, list.get(i));
            inner.set("loop", state(list, i));
            if (body.render(inner, output) == Next.LOOP_END) {
                break;
            }
        }
        return Next.STATEMENT;
    }

    private Scope with(Scope scope, @Nullable Object value) {
        scope.step();
        Scope inner = scope.inner();
        TemplateParser.assign(inner, names, value);
        return inner;
    }

    private static Map<String, @Nullable Object> state(List<@Nullable Object> list, int i) {
        Map<String, @Nullable Object> state = new LinkedHashMap<>();
        long size = list.size();
        state.put("index", i + 1L);
        state.put("index0", (long) i);
        state.put("revindex", size - i);
        state.put("revindex0", size - i - 1);
        state.put("first", i == 0);
        state.put("last", i == size - 1);
        state.put("length", size);
        state.put("previtem", i > 0 ? list.get(i - 1) : new Undefined("there is no previous item"));
        state.put("nextitem", i < size - 1 ? list.get(i + 1) : new Undefined("there is no next item"));
        Function cycle = arguments -> arguments
                .positional()
                .get(i % Math.max(1, arguments.positional().size()));
        state.put("cycle", cycle);
        return state;
    }
}
