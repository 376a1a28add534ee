// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The environment as settings: {@code COFFEY_TRAINER_LEARNINGRATE} is {@code trainer.learningRate}. Under a section
 * that takes any key, a variable is the key of the run file it spells, else its lower-case name with dots for
 * underscores.
 */
final class Environment {

    private static final String PREFIX = "COFFEY_";

    private final SortedMap<String, String> variables = new TreeMap<>();

    Environment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                variables.put(name, value);
            }
        });
    }

    /**
     * The settings that variables hold. A variable of a section whose key nothing knows becomes a setting too, so that
     * it is reported like any other unknown key; a variable of no section is not a setting.
     */
    Map<String, Setting> settings(SettingKeys keys, Collection<String> keysOfFile) {
        Map<String, String> keyOfVariable = new HashMap<>();
        keysOfFile.forEach(key -> keyOfVariable.put(variable(key), key));
        keys.keys().keySet().forEach(key -> keyOfVariable.put(variable(key), key));
        Map<String, Setting> settings = new TreeMap<>();
        variables.forEach((name, value) -> Optional.ofNullable(keyOfVariable.get(name))
                .or(() -> guess(name, keys))
                .ifPresent(key -> settings.put(key, new Setting(value, "environment " + name))));
        return settings;
    }

    private static Optional<String> guess(String name, SettingKeys keys) {
        for (String section : keys.openSections()) {
            if (name.startsWith(variable(section) + "_")) {
                String key = lower(name.substring(variable(section).length() + 1));
                return Optional.of(section + "." + key.replace('_', '.'));
            }
        }
        String text = lower(name.substring(PREFIX.length()));
        int end = text.indexOf('_');
        return end > 0 && keys.isSection(text.substring(0, end))
                ? Optional.of(text.substring(0, end) + "." + text.substring(end + 1))
                : Optional.empty();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
