// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Spelling {

    private static final int MOST_EDITS = 3;

    private Spelling() {}

    /** The known name nearest to what was written, unless none is near. */
    static Optional<String> nearest(String written, Collection<String> known) {
        return known.stream()
                .filter(name -> edits(written, name) <= Math.min(MOST_EDITS, name.length() / 2))
                .min(Comparator.comparingInt((String name) -> edits(written, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Single-character insertions, deletions and replacements between two words; case does not count. */
    private static int edits(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
