// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with the settings, each problem with the place it comes from. */
public final class Problems {

    private final String file;
    private final Map<String, Setting> given;
    private final Map<String, String> sectionOrigins;
    private final List<String> lines = new ArrayList<>();

    Problems(String file, Map<String, Setting> given, Map<String, String> sectionOrigins) {
        this.file = file;
        this.given = given;
        this.sectionOrigins = sectionOrigins;
    }

    /**
     * Adds one problem.
     *
     * @param key setting or section it is about, as a dotted path
     * @param message what is wrong: expected, found
     */
    public void add(String key, String message) {
        addAt(originOf(key), key, message);
    }

    /** Adds a problem of a section, whose text may begin with the key it is about. */
    void addOf(String section, String problem) {
        int colon = problem.indexOf(": ");
        if (colon > 0 && problem.startsWith(section + ".")) {
            add(problem.substring(0, colon), problem.substring(colon + 2));
        } else {
            add(section, problem);
        }
    }

    void addAt(String origin, String key, String message) {
        lines.add(origin + ": " + key + ": " + message);
    }

    void addLines(List<String> complete) {
        lines.addAll(complete);
    }

    List<String> lines() {
        return lines;
    }

    /** Where a key was given; for one that was not, where its nearest section begins. */
    private String originOf(String key) {
        Setting setting = given.get(key);
        if (setting != null) {
            return setting.origin();
        }
        String section = key;
        while (true) {
            String origin = sectionOrigins.get(section);
            if (origin != null) {
                return origin;
            }
            int dot = section.lastIndexOf('.');
            if (dot < 0) {
                return file;
            }
            section = section.substring(0, dot);
        }
    }
}
