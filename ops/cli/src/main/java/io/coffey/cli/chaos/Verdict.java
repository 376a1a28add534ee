// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.guarantee.Guarantee;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which promises a run kept. */
public final class Verdict {

    private static final int SHOWN = 5;

    private final Map<String, List<String>> violations = new LinkedHashMap<>();

    /** Judges by each of the guarantees; what two of one name say is put together. */
    public Verdict(List<Guarantee> guarantees) {
        for (Guarantee guarantee : guarantees) {
            violations
                    .computeIfAbsent(guarantee.name(), name -> new ArrayList<>())
                    .addAll(guarantee.violations());
        }
    }

    /** Whether all were kept. */
    public boolean kept() {
        return broken().isEmpty();
    }

    /** Names of those that were broken. */
    public List<String> broken() {
        return violations.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A line for each guarantee, and the first violations of those that were broken. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        violations.forEach((name, found) -> {
            lines.add(
                    "%-20s %s".formatted(name, found.isEmpty() ? "held" : "BROKEN, %,d times".formatted(found.size())));
            found.stream().limit(SHOWN).forEach(violation -> lines.add("  " + violation));
        });
        return lines;
    }
}
