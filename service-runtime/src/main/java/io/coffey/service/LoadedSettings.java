// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Settings that passed every check.
 *
 * @param values the settings
 * @param resolved every key in effect with its value in its one spelling, defaults included, secrets masked, sorted
 * @param origins where each of them was given: file and line, environment variable, --set; keys that nobody gave are
 *     left out
 * @param <T> interface of the settings
 */
public record LoadedSettings<T>(T values, SortedMap<String, String> resolved, SortedMap<String, String> origins) {

    public LoadedSettings {
        SortedMap<String, String> masked = new TreeMap<>();
        resolved.forEach((key, value) -> masked.put(key, Secrets.masked(key, value)));
        resolved = Collections.unmodifiableSortedMap(masked);
        origins = Collections.unmodifiableSortedMap(new TreeMap<>(origins));
    }
}
