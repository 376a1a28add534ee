// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a template with a name and parameters, whose value is what it writes.
 *
 * @param parameters names and their defaults, null where there is none
 * @param home where it was written: the names it sees
 */
record Macro(String name, Map<String, @Nullable Expression> parameters, Statement body, Scope home)
        implements Function {

    @Override
    public Object call(Arguments given) {
        Arguments arguments = new Arguments("macro " + name, given.positional(), given.named())
                .accept(parameters.size(), parameters.keySet().toArray(new String[0]));
        Scope scope = home.inner();
        int index = 0;
        for (Map.Entry<String, @Nullable Expression> parameter : parameters.entrySet()) {
            Expression fallback = parameter.getValue();
            Object missing = fallback == null ? new Undefined(parameter.getKey()) : fallback.evaluate(scope);
            scope.set(parameter.getKey(), arguments.get(index, parameter.getKey(), missing));
            index++;
        }
        StringBuilder output = new StringBuilder();
        body.render(scope, output);
        return output.toString();
    }
}
