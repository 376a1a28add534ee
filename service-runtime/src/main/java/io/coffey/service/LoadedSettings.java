// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings that passed every check.
 *
 * @param values the settings
 * @param resolved every key in effect with its value in its one spelling, defaults included, secrets masked, sorted
 * @param <T> interface of the settings
 */
public record LoadedSettings<T>(T values, SortedMap<String, String> resolved) {

    private static final Pattern SECRET =
            Pattern.compile("(?i)password|secret|credential|jaas\\.config|keystore\\.key|api.?key");

    public LoadedSettings {
        SortedMap<String, String> masked = new TreeMap<>();
        resolved.forEach(
                (key, value) -> masked.put(key, SECRET.matcher(key).find() && !value.isEmpty() ? "***" : value));
        resolved = masked;
    }

    /**
     * The identity of what some sections mean: the SHA-256, in hex, of their resolved settings. Equal for two run files
     * that differ only in spelling, in order, or in defaults written out.
     *
     * @param sections names of sections of {@code T}
     */
    public String fingerprint(String... sections) {
        StringBuilder text = new StringBuilder();
        for (String section : sections) {
            for (Map.Entry<String, String> entry :
                    resolved.subMap(section + ".", section + "/").entrySet()) {
                text.append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
            }
        }
        try {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
