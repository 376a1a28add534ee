// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.schema.FloatType;
import io.coffey.schema.TopTokensRecord;

/** {@link TopTokens} on the wire, with log-probabilities stored in a given type; either type is read. */
final class TopTokensMapping implements RecordMapping<TopTokens, TopTokensRecord> {

    private final String field;
    private final FloatType type;

    TopTokensMapping(String field, FloatType type) {
        this.field = field;
        this.type = type;
    }

    @Override
    public TopTokensRecord toRecord(TopTokens top) {
        return new TopTokensRecord(
                top.k(),
                Packed.ids(field + ".ids", top.ids()),
                Packed.logProbs(field + ".logProbs", top.logProbs(), type));
    }

    @Override
    public TopTokens toValue(TopTokensRecord record) {
        return new TopTokens(
                record.getK(),
                Packed.ids(field + ".ids", record.getIds()),
                Packed.logProbs(field + ".logProbs", record.getLogProbs()));
    }
}
