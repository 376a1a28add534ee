// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/** The identity of the settings that decide a run's weights. */
public final class SettingsHash {

    private SettingsHash() {}

    /** Hexadecimal SHA-256 of settings, independent of their order. */
    public static String of(Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(settings)
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        return DigestUtils.sha256Hex(text.toString());
    }
}
