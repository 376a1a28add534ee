// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import com.google.gson.JsonPrimitive;
import io.coffey.service.LoadedSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** {@code config.yaml}: every setting in effect, defaults included, as a run file that says the same. */
public final class ResolvedConfig {

    private ResolvedConfig() {}

    /** The settings as they are, for this machine: paths are absolute. */
    public static String yaml(LoadedSettings<LocalRunSettings> loaded) {
        LocalRunSettings settings = loaded.values();
        Map<String, String> all = new TreeMap<>(loaded.resolved());
        all.put("run.directory", settings.run().directory().toString());
        all.put("prompts.file", settings.prompts().file().toString());
        all.put("student.model", settings.student().model().toString());
        settings.teacher().model().ifPresent(model -> all.put("teacher.model", model.toString()));
        return yaml(all);
    }

    /**
     * The settings as they can be handed to anyone: without broker and folder, and of every path only its last name.
     *
     * @param student where the student is, beside the file
     */
    public static String portable(LoadedSettings<LocalRunSettings> loaded, String student) {
        LocalRunSettings settings = loaded.values();
        Map<String, String> all = new TreeMap<>(loaded.resolved());
        all.keySet().removeIf(key -> key.startsWith("kafka.") || key.equals("run.directory"));
        all.put("student.model", student);
        all.put("prompts.file", lastName(settings.prompts().file()));
        settings.teacher().model().ifPresent(model -> all.put("teacher.model", lastName(model)));
        return yaml(all);
    }

    private static String lastName(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String yaml(Map<String, String> all) {
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
