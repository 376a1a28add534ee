// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reports keys that no setting has, each at its first unknown part and once. */
final class KeyCheck {

    private final SettingKeys keys;
    private final Map<String, String> sectionOrigins;
    private final Problems problems;
    private final Set<String> reported = new HashSet<>();

    KeyCheck(SettingKeys keys, Map<String, String> sectionOrigins, Problems problems) {
        this.keys = keys;
        this.sectionOrigins = sectionOrigins;
        this.problems = problems;
    }

    void check(Map<String, Setting> given) {
        given.forEach(this::checkValue);
        sectionOrigins.forEach(this::checkPath);
    }

    private void checkValue(String key, Setting setting) {
        if (!keys.isSection(key)) {
            checkPath(key, sectionOrigins.getOrDefault(unknownPart(key), setting.origin()));
        } else if (!setting.value().isEmpty()) {
            problems.addAt(
                    setting.origin(),
                    key,
                    "expected a section, found \"" + Secrets.misplaced(key, setting.value()) + "\"");
        }
    }

    private void checkPath(String key, String origin) {
        String unknown = unknownPart(key);
        if (unknown.isEmpty() || !reported.add(unknown)) {
            return;
        }
        SettingKey value = keys.keys().get(unknown);
        if (value != null) {
            problems.addAt(origin, unknown, "expected " + value.expected() + ", found a section");
            return;
        }
        int dot = unknown.lastIndexOf('.');
        String section = dot < 0 ? "" : unknown.substring(0, dot);
        Set<String> names = new TreeSet<>(keys.namesIn(section));
        if (section.isEmpty()) {
            names.addAll(SettingsLoader.SECTIONS);
        }
        String kind = section.isEmpty() ? "unknown section; " : "unknown key; ";
        problems.addAt(origin, unknown, kind + Suggestion.of(unknown.substring(dot + 1), names));
    }

    /** The path up to and with the first name that nothing knows, or that is a value but has more names after it. */
    private String unknownPart(String key) {
        int dot = key.indexOf('.');
        String first = dot < 0 ? key : key.substring(0, dot);
        boolean otherRole = SettingsLoader.SECTIONS.contains(first) && !keys.isSection(first);
        if (otherRole || keys.keys().containsKey(key) || keys.openSectionOf(key).isPresent()) {
            return "";
        }
        String part = first;
        while (keys.isSection(part)) {
            if (part.equals(key)) {
                return "";
            }
            int end = key.indexOf('.', part.length() + 1);
            part = end < 0 ? key : key.substring(0, end);
        }
        return part;
    }
}
