// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the mappings share: absent fields, enumerations that differ only in their type, maps in a fixed order. */
final class Fields {

    private Fields() {}

    /** The mapped field, or absent where it is absent. */
    static <A, B> @Nullable B ifPresent(@Nullable A field, Function<A, B> mapping) {
        return field == null ? null : mapping.apply(field);
    }

    /** The constant of the same name. */
    static <E extends Enum<E>> E same(Enum<?> constant, Class<E> type) {
        return Enum.valueOf(type, constant.name());
    }

    /** The same entries by ascending key, so that equal maps are written as equal bytes. */
    static <V> Map<String, V> ordered(Map<String, V> map) {
        return new TreeMap<>(map);
    }
}
