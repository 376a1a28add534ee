// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0000",
        "-0.0, 8000",
        "1, 3c00",
        "-2, c000",
        "0.5, 3800",
        "65504, 7bff",
        "0.33325195, 3555",
        "6.1035156E-5, 0400",
        "6.097555E-5, 03ff",
        "5.9604645E-8, 0001",
    })
    void storesTheseNumbersExactly(float value, String bits) {
        short half = (short) Integer.parseInt(bits, 16);

        assertThat(HalfFloat.fromFloat(value)).isEqualTo(half);
        assertThat(Float.floatToRawIntBits(HalfFloat.toFloat(half))).isEqualTo(Float.floatToRawIntBits(value));
    }

    @ParameterizedTest
    @CsvSource({
        "0.33333334, 0.33325195",
        "-0.1, -0.099975586",
        "1.00048828125, 1",
        "1.0004884, 1.0009766",
        "1.00146484375, 1.0019531",
        "2.98e-8, 0",
        "2.99e-8, 5.9604645E-8",
        "8.9406967E-8, 1.1920929E-7",
        "6.1E-5, 6.097555E-5",
        "-1e5, -65504",
        "65520, 65504",
        "3.4028235e38, 65504",
    })
    void roundsToNearestTiesToEvenAndStaysFinite(float value, float expected) {
        assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(value))).isEqualTo(expected);
    }

    @Test
    void keepsEveryFiniteHalf() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            assertThat(HalfFloat.fromFloat(HalfFloat.toFloat((short) bits))).isEqualTo((short) bits);
        }
    }

    @Test
    void readsInfinityAndNotANumberAsWhatTheyAre() {
        assertThat(HalfFloat.toFloat((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(HalfFloat.toFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(HalfFloat.toFloat((short) 0x7e00)).isNaN();
    }
}
