// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.List;
import java.util.Optional;

/**
 * One setting as documents name it.
 *
 * @param key dotted path in the run file
 * @param expected which values are allowed, in words
 * @param defaultValue what holds when nobody gives one; empty for a setting that may or must be given
 * @param required whether it must be given
 */
public record SettingDescription(String key, String expected, Optional<String> defaultValue, boolean required) {

    /** All settings of an interface of settings, by key; sections that take any key are left out. */
    public static List<SettingDescription> of(Class<?> mapping) {
        return SettingKeys.of(mapping).keys().values().stream()
                .map(key -> new SettingDescription(
                        key.path(), key.expected(), Optional.ofNullable(key.defaultValue()), key.required()))
                .toList();
    }
}
