// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.dlq;

import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a dead letter stands.
 *
 * @param source last part of the name of the topic that it was read from, such as trajectories
 * @param partition of that topic's dead-letter topic
 * @param offset in the partition
 */
public record LetterAddress(String source, int partition, long offset) {

    private static final Pattern TEXT = Pattern.compile("([a-z-]+):([0-9]{1,6})@([0-9]{1,18})");

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws UserException if it is something else
     */
    public static LetterAddress parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "expected a dead letter as TOPIC:PARTITION@OFFSET, such as trajectories:0@17, found \"%s\""
                            .formatted(text));
        }
        return new LetterAddress(
                matcher.group(1), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    /** As its resolution names it. */
    String place() {
        return "%d@%d".formatted(partition, offset);
    }

    @Override
    public String toString() {
        return source + ":" + place();
    }
}
