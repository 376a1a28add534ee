// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be struck. */
public enum Target {
    TRAINER(""),
    SCORER(""),
    ROLLOUT(""),
    BROKER(""),
    /** A second scorer, which shares the work. */
    SCORER2("scorer.workerId=2"),
    /** A second rollout worker. */
    ROLLOUT2("rollout.workerId=2");

    private final String setting;

    Target(String setting) {
        this.setting = setting;
    }

    /**
     * What there is to strike of a run.
     *
     * @param workers scorers, and rollout workers; 1 or 2
     */
    public static List<Target> of(int workers) {
        return Arrays.stream(values())
                .filter(target -> workers > 1 || target.setting.isEmpty())
                .toList();
    }

    /** The command that starts it. */
    String command() {
        String name = toString();
        return setting.isEmpty() ? name : name.substring(0, name.length() - 1);
    }

    /** The settings that tell it from the first of its kind. */
    List<String> settings() {
        return setting.isEmpty() ? List.of() : List.of(setting);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
