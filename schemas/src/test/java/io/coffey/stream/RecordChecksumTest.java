// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RecordChecksumTest {

    /** The check value of CRC-32C (RFC 3720, B.4, and every catalogue of checksums). */
    @Test
    void isCastagnolis() {
        assertThat(RecordChecksum.of("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0xE3069283);
    }

    @Test
    void ofARecordWithoutAValueIsThatOfNoBytes() {
        assertThat(RecordChecksum.of(null)).isZero();
        assertThat(RecordChecksum.of(new byte[0])).isZero();
    }
}
