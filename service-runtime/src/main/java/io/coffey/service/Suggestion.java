// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.Collection;
import java.util.Locale;

/** Guesses what somebody meant who wrote an unknown name. */
final class Suggestion {

    private Suggestion() {}

    /** {@code did you mean "batch"?} where one name is near, else the list of all. */
    static String of(String name, Collection<String> known) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = beginsWith(plain(name), plain(candidate)) ? 1 : distance(plain(name), plain(candidate));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        if (least <= Math.max(2, name.length() / 3)) {
            return "did you mean \"" + best + "\"?";
        }
        return "expected " + (known.size() == 1 ? "" : "one of ") + String.join(", ", known);
    }

    /** The number of letters to insert, remove or replace to make one text of the other. */
    static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }

    private static boolean beginsWith(String left, String right) {
        return Math.min(left.length(), right.length()) >= 3 && (left.startsWith(right) || right.startsWith(left));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
