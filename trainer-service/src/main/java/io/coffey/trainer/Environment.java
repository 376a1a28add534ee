// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What beside the settings decides the last bits of a step. */
public final class Environment {

    private Environment() {}

    /** That of this process, by name. */
    public static SortedMap<String, String> current() {
        return new TreeMap<>(Map.of(
                "cpuCapability", Torch.cpuCapability(),
                "libtorch", Torch.version(),
                "threads", Integer.toString(Torch.threads())));
    }

    /** In words: each name whose values differ, with both; empty when nothing does. */
    public static List<String> differences(Map<String, String> then, Map<String, String> now) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(then.keySet());
        names.addAll(now.keySet());
        for (String name : names) {
            String before = then.getOrDefault(name, "absent");
            String after = now.getOrDefault(name, "absent");
            if (!before.equals(after)) {
                differences.add("%s was %s and is now %s".formatted(name, before, after));
            }
        }
        return differences;
    }
}
