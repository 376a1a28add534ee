// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import org.apache.avro.specific.SpecificRecordBase;

/**
 * Field by field, between a value and its generated record. Both directions refuse values that break the promises of
 * the schema, by an {@link IllegalArgumentException} that names the field.
 *
 * @param <T> type of the value
 * @param <R> generated type of the record
 */
interface RecordMapping<T, R extends SpecificRecordBase> {

    R toRecord(T value);

    T toValue(R record);
}
