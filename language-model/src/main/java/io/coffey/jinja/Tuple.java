// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.AbstractList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A list that prints itself as a tuple. */
final class Tuple extends AbstractList<@Nullable Object> {

    private final @Nullable Object[] values;

    private Tuple(@Nullable Object[] values) {
        this.values = values;
    }

    static Tuple of(@Nullable Object... values) {
        return new Tuple(Arrays.copyOf(values, values.length));
    }

    @Override
    public @Nullable Object get(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }
}
