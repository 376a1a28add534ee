// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads the settings of a process: defaults, then the run file, then the environment ({@code COFFEY_TRAINER_BATCH}),
 * then {@code --set trainer.batch=64}; an empty value stands for the default. Reports everything that is wrong at once,
 * each with where it stands. A relative path is relative to the run file where that gives it, else to the working
 * directory. Sections that other roles read are left to them.
 *
 * @param <T> a {@link ConfigMapping} interface with {@code prefix = ""} and naming strategy VERBATIM, one method a
 *     section; a {@code Map<String, String>} takes any key
 */
public final class SettingsLoader<T> {

    /** Every section a run file may have. */
    public static final Set<String> SECTIONS = Set.of(
            "run",
            "kafka",
            "metrics",
            "topics",
            "prompts",
            "sampling",
            "student",
            "teacher",
            "objective",
            "rollout",
            "scorer",
            "trainer",
            "warmUp",
            "evaluation");

    private final Class<T> mapping;
    private final SettingKeys keys;
    private final Map<String, Function<Map<String, String>, List<String>>> sectionChecks = new LinkedHashMap<>();
    private final List<BiConsumer<T, Problems>> checks = new ArrayList<>();

    private SettingsLoader(Class<T> mapping) {
        this.mapping = mapping;
        this.keys = SettingKeys.of(mapping);
    }

    /** A loader of one interface of settings. */
    public static <T> SettingsLoader<T> of(Class<T> mapping) {
        ConfigMapping annotation = mapping.getAnnotation(ConfigMapping.class);
        if (annotation == null
                || !annotation.prefix().isEmpty()
                || annotation.namingStrategy() != ConfigMapping.NamingStrategy.VERBATIM) {
            throw new IllegalArgumentException(
                    mapping.getName() + " needs @ConfigMapping(prefix = \"\", namingStrategy = VERBATIM)");
        }
        return new SettingsLoader<>(mapping);
    }

    /**
     * Checks the raw entries of a section that takes any key; each text it returns is one problem, which may begin with
     * the full key and a colon.
     */
    public SettingsLoader<T> section(String name, Function<Map<String, String>, List<String>> problemsOf) {
        sectionChecks.put(name, problemsOf);
        return this;
    }

    /** Checks settings against each other; runs only when every value by itself is good. */
    public SettingsLoader<T> check(BiConsumer<T, Problems> check) {
        checks.add(check);
        return this;
    }

    /**
     * Reads and checks.
     *
     * @param file run file
     * @param overrides values of {@code --set}, see {@link #overrides}
     * @param environment environment of the process
     * @throws UserException if there is no such file
     * @throws SettingsException with every problem there is
     */
    public LoadedSettings<T> load(Path file, Map<String, String> overrides, Map<String, String> environment) {
        RunFile runFile = RunFile.read(file);
        Map<String, Setting> given = new LinkedHashMap<>(runFile.settings());
        given.putAll(new Environment(environment).settings(keys, given.keySet()));
        overrides.forEach((key, value) -> given.put(key, new Setting(value, "--set")));

        Problems problems = new Problems(file.toString(), given, runFile.sectionOrigins());
        problems.addLines(runFile.problems());
        new KeyCheck(keys, runFile.sectionOrigins(), problems).check(given);
        given.values().removeIf(setting -> setting.value().isEmpty());
        SortedMap<String, String> resolved = new TreeMap<>();
        boolean usable = resolveValues(given, resolved, problems);
        resolveOpenSections(given, resolved, problems);
        if (!usable) {
            throw new SettingsException(problems.lines());
        }
        Predicate<String> inFile = key -> given.containsKey(key)
                && Objects.equals(given.get(key), runFile.settings().get(key));
        T values = materialise(resolved, file, inFile);
        checks.forEach(check -> check.accept(values, problems));
        if (!problems.lines().isEmpty()) {
            throw new SettingsException(problems.lines());
        }
        SortedMap<String, String> origins = new TreeMap<>();
        given.forEach((key, setting) -> origins.put(key, setting.origin()));
        origins.keySet().retainAll(resolved.keySet());
        return new LoadedSettings<>(values, resolved, origins);
    }

    /**
     * The texts after {@code --set} as overrides, the last of a key winning.
     *
     * @throws SettingsException naming each that is not {@code key=value}
     */
    public static Map<String, String> overrides(List<String> texts) {
        Map<String, String> overrides = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                problems.add("--set: expected key=value such as trainer.batch=64, found \"" + Secrets.masked(text, text)
                        + "\"");
            } else {
                overrides.put(
                        text.substring(0, equals).strip(),
                        text.substring(equals + 1).strip());
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return overrides;
    }

    /**
     * The sections of a YAML file, whatever they are, for a caller that wants to know what kind of file it is.
     *
     * @throws UserException if there is no such file, or it is not YAML
     */
    public static Set<String> sections(Path file) {
        return Set.copyOf(RunFile.read(file).sectionOrigins().keySet().stream()
                .filter(key -> key.indexOf('.') < 0)
                .toList());
    }

    private boolean resolveValues(Map<String, Setting> given, SortedMap<String, String> resolved, Problems problems) {
        boolean usable = true;
        for (SettingKey key : keys.keys().values()) {
            Optional<String> text = Optional.ofNullable(given.get(key.path()))
                    .map(Setting::value)
                    .or(() -> Optional.ofNullable(key.defaultValue()));
            if (text.isPresent()) {
                try {
                    resolved.put(key.path(), key.canonical(text.get()));
                } catch (IllegalArgumentException e) {
                    problems.add(
                            key.path(),
                            "expected " + key.expected() + ", found \"" + Secrets.masked(key.path(), text.get())
                                    + "\"");
                    usable = false;
                }
            } else if (key.required()) {
                problems.add(key.path(), "missing, expected " + key.expected());
                usable = false;
            }
        }
        return usable;
    }

    private void resolveOpenSections(
            Map<String, Setting> given, SortedMap<String, String> resolved, Problems problems) {
        for (String section : keys.openSections()) {
            Map<String, String> entries = new TreeMap<>();
            given.forEach((key, setting) -> {
                if (key.startsWith(section + ".")) {
                    resolved.put(key, setting.value());
                    entries.put(key.substring(section.length() + 1), setting.value());
                }
            });
            Optional.ofNullable(sectionChecks.get(section))
                    .ifPresent(check -> check.apply(entries).forEach(problem -> problems.addOf(section, problem)));
        }
    }

    private T materialise(SortedMap<String, String> resolved, Path file, Predicate<String> inFile) {
        Map<String, String> properties = new HashMap<>();
        resolved.forEach((key, value) -> {
            Optional<String> open = keys.openSectionOf(key);
            SettingKey declared = keys.keys().get(key);
            if (open.isPresent()) {
                properties.put(open.get() + ".\"" + key.substring(open.get().length() + 1) + "\"", value);
            } else if (declared != null && declared.type() == Path.class) {
                Path path = inFile.test(key) ? file.toAbsolutePath().resolveSibling(value) : Path.of(value);
                properties.put(key, path.toAbsolutePath().normalize().toString());
            } else if (declared != null && declared.type() == Duration.class) {
                properties.put(key, Durations.parse(value).toString());
            } else {
                properties.put(key, value);
            }
        });
        return new SmallRyeConfigBuilder()
                .withDefaultValues(properties)
                .withMapping(mapping)
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(mapping);
    }
}
