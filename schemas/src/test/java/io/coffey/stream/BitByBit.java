// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import org.assertj.core.api.RecursiveComparisonAssert;

/** Comparison of values field by field, of their numbers by bits. */
final class BitByBit {

    private BitByBit() {}

    static RecursiveComparisonAssert<?> assertBits(Object actual) {
        return assertThat(actual)
                .usingRecursiveComparison()
                .withComparatorForType(Comparator.comparingInt(Float::floatToRawIntBits), Float.class)
                .withComparatorForType(Comparator.comparingLong(Double::doubleToRawLongBits), Double.class);
    }
}
