// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import com.google.gson.JsonPrimitive;
import io.coffey.service.LoadedSettings;
import java.util.Map;
import java.util.TreeMap;

/** {@code config.yaml}: every setting in effect, defaults included, as a run file that says the same. */
final class ResolvedConfig {

    private ResolvedConfig() {}

    static String yaml(LoadedSettings<LocalRunSettings> loaded) {
        LocalRunSettings settings = loaded.values();
        Map<String, String> all = new TreeMap<>(loaded.resolved());
        all.put("run.directory", settings.run().directory().toString());
        all.put("prompts.file", settings.prompts().file().toString());
        all.put("student.model", settings.student().model().toString());
        settings.teacher().model().ifPresent(model -> all.put("teacher.model", model.toString()));
        StringBuilder text = new StringBuilder();
        String open = "";
        for (Map.Entry<String, String> entry : all.entrySet()) {
            int dot = entry.getKey().indexOf('.');
            String section = entry.getKey().substring(0, dot);
            if (!section.equals(open)) {
                text.append(section).append(":\n");
                open = section;
            }
            text.append("  ")
                    .append(entry.getKey().substring(dot + 1))
                    .append(": ")
                    .append(new JsonPrimitive(entry.getValue()))
                    .append('\n');
        }
        return text.toString();
    }
}
