// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.schema.PreferencePairRecord;

/** {@link PreferencePair} on the wire. */
final class PreferencePairMapping implements RecordMapping<PreferencePair, PreferencePairRecord> {

    @Override
    public PreferencePairRecord toRecord(PreferencePair pair) {
        return new PreferencePairRecord(
                Packed.ids("chosen", pair.chosen()), pair.referenceChosen(), pair.referenceRejected());
    }

    @Override
    public PreferencePair toValue(PreferencePairRecord record) {
        return new PreferencePair(
                Packed.ids("chosen", record.getChosen()), record.getReferenceChosen(), record.getReferenceRejected());
    }
}
