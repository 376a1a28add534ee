// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** All settings that an interface of settings declares: single keys, sections, and sections that take any key. */
final class SettingKeys {

    private final SortedMap<String, SettingKey> keys = new TreeMap<>();
    private final SortedSet<String> sections = new TreeSet<>();
    private final SortedSet<String> openSections = new TreeSet<>();

    private SettingKeys() {}

    static SettingKeys of(Class<?> mapping) {
        SettingKeys found = new SettingKeys();
        found.collect("", mapping);
        return found;
    }

    SortedMap<String, SettingKey> keys() {
        return Collections.unmodifiableSortedMap(keys);
    }

    /** Paths of the sections whose keys are not fixed: a map from text to text. */
    SortedSet<String> openSections() {
        return Collections.unmodifiableSortedSet(openSections);
    }

    /** Whether the path is a section, fixed or open. */
    boolean isSection(String path) {
        return sections.contains(path) || openSections.contains(path);
    }

    /** The open section that a key belongs to. */
    Optional<String> openSectionOf(String key) {
        return openSections.stream()
                .filter(section -> key.startsWith(section + "."))
                .findFirst();
    }

    /** The names that may follow a section's path, or the section names for an empty path. */
    List<String> namesIn(String section) {
        SortedSet<String> names = new TreeSet<>();
        for (SortedSet<String> paths : List.of(new TreeSet<>(keys.keySet()), sections, openSections)) {
            for (String path : paths) {
                int dot = path.lastIndexOf('.');
                if ((dot < 0 ? "" : path.substring(0, dot)).equals(section)) {
                    names.add(path.substring(dot + 1));
                }
            }
        }
        return new ArrayList<>(names);
    }

    private void collect(String prefix, Class<?> section) {
        for (Method method : section.getMethods()) {
            if (!Modifier.isAbstract(method.getModifiers()) || method.getParameterCount() > 0) {
                continue;
            }
            String path = prefix + method.getName();
            Class<?> type = method.getReturnType();
            if (Map.class.isAssignableFrom(type)) {
                openSections.add(path);
            } else if (type.isInterface() && !type.getPackageName().startsWith("java.")) {
                sections.add(path);
                collect(path + ".", type);
            } else {
                keys.put(path, SettingKey.of(path, method));
            }
        }
    }
}
