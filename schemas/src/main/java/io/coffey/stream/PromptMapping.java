// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.schema.PromptRecord;

/** {@link Prompt} on the wire. */
final class PromptMapping implements RecordMapping<Prompt, PromptRecord> {

    @Override
    public PromptRecord toRecord(Prompt prompt) {
        PromptRecord record = new PromptRecord();
        record.setId(prompt.id());
        record.setText(prompt.text());
        record.setTokens(Packed.ids("tokens", prompt.tokens()));
        record.setReference(prompt.reference());
        record.setTeacherText(prompt.teacherText());
        record.setTags(Fields.ordered(prompt.tags()));
        return record;
    }

    @Override
    public Prompt toValue(PromptRecord record) {
        return new Prompt(
                record.getId(),
                record.getText(),
                Packed.ids("tokens", record.getTokens()),
                record.getReference(),
                record.getTeacherText(),
                record.getTags());
    }
}
