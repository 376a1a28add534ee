// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.distillation.objective.Objectives;
import io.coffey.service.LoadedSettings;
import io.coffey.service.SettingDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One key of a run file and where its value comes from.
 *
 * @param key dotted path
 * @param expected which values are allowed, in words
 * @param defaultValue what holds when nobody gives one; empty where nothing does
 * @param required whether it must be given
 * @param value what is in effect, secrets masked; empty where nothing is
 * @param source where that was given: file and line, environment variable or --set; "default" where nobody did
 */
public record ExplainedSetting(
        String key,
        String expected,
        Optional<String> defaultValue,
        boolean required,
        Optional<String> value,
        String source) {

    private static final String DEFAULT = "default";

    /** Every key there is, by name, with its default in effect. */
    public static List<ExplainedSetting> all() {
        return SettingDescription.of(LocalRunSettings.class).stream()
                .map(setting -> new ExplainedSetting(
                        setting.key(),
                        setting.expected(),
                        setting.defaultValue(),
                        setting.required(),
                        setting.defaultValue(),
                        DEFAULT))
                .toList();
    }

    /** Every key of a run, by name; of the objective and of Kafka's properties those that it has. */
    public static List<ExplainedSetting> of(LoadedSettings<LocalRunSettings> loaded) {
        List<ExplainedSetting> settings = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (ExplainedSetting setting : all()) {
            settings.add(setting.in(loaded));
            known.add(setting.key());
        }
        String type = loaded.values().objective().getOrDefault("type", "");
        for (var setting : Objectives.settings(type)) {
            String key = "objective." + setting.name();
            Optional<String> value = Optional.of(setting.defaultValue());
            settings.add(new ExplainedSetting(key, setting.expected(), value, false, value, DEFAULT).in(loaded));
            known.add(key);
        }
        loaded.resolved().keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> settings.add(
                        new ExplainedSetting(key, expected(key), Optional.empty(), false, Optional.empty(), DEFAULT)
                                .in(loaded)));
        settings.sort(Comparator.comparing(ExplainedSetting::key));
        return settings;
    }

    private static String expected(String key) {
        return key.equals("objective.type") ? "one of " + String.join(", ", Objectives.types()) : "a text";
    }

    private ExplainedSetting in(LoadedSettings<LocalRunSettings> loaded) {
        return new ExplainedSetting(
                key,
                expected,
                defaultValue,
                required,
                Optional.ofNullable(loaded.resolved().get(key)).or(() -> value),
                loaded.origins().getOrDefault(key, DEFAULT));
    }
}
