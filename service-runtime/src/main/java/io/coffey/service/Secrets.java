// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.regex.Pattern;

/** Which settings are secret, and what is shown in their place. */
final class Secrets {

    private static final String MASK = "***";

    private static final Pattern SECRET = Pattern.compile(
            "(?i)passw|passphrase|secret|credential|jaas|keystore\\.key|private.?key|api.?key|[._-]token$");

    private Secrets() {}

    /** What may be printed of a setting: its value, or a mask. */
    static String masked(String key, String value) {
        return SECRET.matcher(key).find() && !value.isEmpty() ? MASK : value;
    }

    /** What may be printed of a value that stands where none belongs: under {@code kafka} it may be a secret. */
    static String misplaced(String key, String value) {
        return key.equals("kafka") || key.startsWith("kafka.") ? MASK : masked(key, value);
    }
}
