// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.schema.FinishReasonSymbol;
import io.coffey.schema.PreferencePairRecord;
import org.jspecify.annotations.Nullable;

/** {@link PreferencePair} on the wire. */
final class PreferencePairMapping implements RecordMapping<PreferencePair, PreferencePairRecord> {

    @Override
    public PreferencePairRecord toRecord(PreferencePair pair) {
        PreferencePairRecord record = new PreferencePairRecord();
        record.setRunId(pair.runId());
        record.setPromptId(pair.promptId());
        record.setPromptTokens(Packed.ids("promptTokens", pair.promptTokens()));
        record.setChosen(Packed.ids("chosen", pair.chosen()));
        record.setRejected(Packed.ids("rejected", pair.rejected()));
        record.setChosenFinish(Fields.same(pair.chosenFinish(), FinishReasonSymbol.class));
        record.setRejectedFinish(Fields.same(pair.rejectedFinish(), FinishReasonSymbol.class));
        record.setRejectedVersion(pair.rejectedVersion());
        record.setTokenizerFingerprint(pair.tokenizerFingerprint());
        record.setReferenceRevision(pair.referenceRevision());
        record.setReferenceChosen(logProbSum("referenceChosen", pair.referenceChosen()));
        record.setReferenceRejected(logProbSum("referenceRejected", pair.referenceRejected()));
        return record;
    }

    @Override
    public PreferencePair toValue(PreferencePairRecord record) {
        return new PreferencePair(
                record.getRunId(),
                record.getPromptId(),
                Packed.ids("promptTokens", record.getPromptTokens()),
                Packed.ids("chosen", record.getChosen()),
                Packed.ids("rejected", record.getRejected()),
                Fields.same(record.getChosenFinish(), FinishReason.class),
                Fields.same(record.getRejectedFinish(), FinishReason.class),
                record.getRejectedVersion(),
                record.getTokenizerFingerprint(),
                record.getReferenceRevision(),
                logProbSum("referenceChosen", record.getReferenceChosen()),
                logProbSum("referenceRejected", record.getReferenceRejected()));
    }

    private static @Nullable Double logProbSum(String field, @Nullable Double sum) {
        if (sum != null && !Double.isFinite(sum)) {
            throw new IllegalArgumentException("%s is %s, expected a finite sum".formatted(field, sum));
        }
        return sum;
    }
}
