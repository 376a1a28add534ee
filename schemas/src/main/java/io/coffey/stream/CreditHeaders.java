// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Which sample of which request a record answers, beside its value, so that the credit of a value that cannot be
 * decoded is still given back. Written on requests, trajectories and scored trajectories as decimal numbers.
 *
 * @param request number of the request
 * @param sample which of its samples; on a request the last of them
 */
public record CreditHeaders(long request, int sample) {

    /** Name of the header that holds the number of the request. */
    public static final String REQUEST = "coffey.request";
    /** Name of the header that holds the sample. */
    public static final String SAMPLE = "coffey.sample";

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}");

    /** Writes both headers, in place of any that are there. */
    public void write(Headers headers) {
        write(headers, REQUEST, request);
        write(headers, SAMPLE, sample);
    }

    /** What the headers say; empty when one is missing or is no number. */
    public static Optional<CreditHeaders> read(Headers headers) {
        return number(headers, REQUEST)
                .flatMap(request -> number(headers, SAMPLE)
                        .filter(sample -> sample <= Integer.MAX_VALUE)
                        .map(sample -> new CreditHeaders(request, sample.intValue())));
    }

    private static void write(Headers headers, String name, long value) {
        headers.remove(name);
        headers.add(name, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<Long> number(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.US_ASCII))
                .filter(text -> DECIMAL.matcher(text).matches())
                .map(Long::parseLong);
    }
}
