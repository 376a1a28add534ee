// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.trajectories;

/**
 * Colours of a terminal for log-ratio rewards: red where the teacher finds a token less likely than the student did,
 * green where more, none where they agree.
 */
public final class RewardColours {

    private static final String RESET = "\u001b[0m";

    /** Nats from which on a reward has the colour. */
    private static final float STRONG = 2;

    private static final float CLEAR = 0.5f;
    private static final float SLIGHT = 0.1f;

    private RewardColours() {}

    /** A text in the colour of its reward, in nats. */
    public static String paint(String text, float reward) {
        String colour = colour(reward);
        return colour.isEmpty() || text.isEmpty() ? text : colour + text + RESET;
    }

    /** What the colours say. */
    public static String legend() {
        return "reward, nats: %s %s %s agree %s %s %s"
                .formatted(
                        paint("below -2", -STRONG),
                        paint("below -0.5", -CLEAR),
                        paint("below -0.1", -SLIGHT),
                        paint("above 0.1", SLIGHT),
                        paint("above 0.5", CLEAR),
                        paint("above 2", STRONG));
    }

    private static String colour(float reward) {
        if (reward <= -STRONG) {
            return "\u001b[1;97;41m";
        } else if (reward <= -CLEAR) {
            return "\u001b[1;31m";
        } else if (reward <= -SLIGHT) {
            return "\u001b[33m";
        } else if (reward >= STRONG) {
            return "\u001b[1;97;42m";
        } else if (reward >= CLEAR) {
            return "\u001b[1;32m";
        } else if (reward >= SLIGHT) {
            return "\u001b[36m";
        }
        return "";
    }
}
