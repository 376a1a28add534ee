// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreditHeadersTest {

    private final Headers headers = new RecordHeaders();

    @Test
    void writesDecimalNumbers() {
        new CreditHeaders(1234567890123L, 7).write(headers);

        assertThat(headers.lastHeader("coffey.request").value()).isEqualTo("1234567890123".getBytes(US_ASCII));
        assertThat(headers.lastHeader("coffey.sample").value()).isEqualTo("7".getBytes(US_ASCII));
        assertThat(CreditHeaders.read(headers)).hasValue(new CreditHeaders(1234567890123L, 7));
    }

    @Test
    void replacesWhatWasThere() {
        new CreditHeaders(1, 2).write(headers);
        new CreditHeaders(3, 4).write(headers);

        assertThat(headers).hasSize(2);
        assertThat(CreditHeaders.read(headers)).hasValue(new CreditHeaders(3, 4));
    }

    @Test
    void findsNothingWhenOneIsMissing() {
        headers.add("coffey.request", "1".getBytes(US_ASCII));

        assertThat(CreditHeaders.read(headers)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "99999999999999999999", "2147483648", "one"})
    void findsNothingInWhatIsNoSample(String sample) {
        headers.add("coffey.request", "1".getBytes(US_ASCII));
        headers.add("coffey.sample", sample.getBytes(US_ASCII));

        assertThat(CreditHeaders.read(headers)).isEmpty();
    }
}
