// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.verifier;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the digits of the prompt, one at a time, in any order: {@code 73519=} is answered by
 * {@code 7+3=10+5=15+1=16+9=25}. A completion is right when it uses every digit of the prompt exactly once, every
 * partial sum is right, and nothing else is in it. There is no single reference: the order is free.
 */
final class RunningSum implements Verifier {

    private static final Pattern PROMPT = Pattern.compile("[0-9]{2,}=");

    @Override
    public boolean correct(String prompt, String completion, @Nullable String reference) {
        if (!PROMPT.matcher(prompt).matches()) {
            throw new IllegalArgumentException(
                    "verifier running-sum: expected a prompt of two or more digits and \"=\", found \"%s\""
                            .formatted(prompt));
        }
        int terms = prompt.length() - 1;
        int[] unused = new int[10];
        for (int i = 0; i < terms; i++) {
            unused[prompt.charAt(i) - '0']++;
        }
        if (!take(unused, completion, 0)) {
            return false;
        }
        int sum = completion.charAt(0) - '0';
        int position = 1;
        for (int term = 1; term < terms; term++) {
            if (!completion.startsWith("+", position) || !take(unused, completion, position + 1)) {
                return false;
            }
            sum += completion.charAt(position + 1) - '0';
            String result = "=" + sum;
            if (!completion.startsWith(result, position + 2)) {
                return false;
            }
            position += 2 + result.length();
        }
        return position == completion.length();
    }

    /** Uses up the digit at a position; false when there is none, or the prompt has no such digit left. */
    private static boolean take(int[] unused, String completion, int position) {
        if (position >= completion.length()) {
            return false;
        }
        int digit = completion.charAt(position) - '0';
        return digit >= 0 && digit <= 9 && unused[digit]-- > 0;
    }
}
