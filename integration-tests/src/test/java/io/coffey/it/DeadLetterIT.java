// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static io.coffey.it.Ended.mustEnd;
import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.service.DeadLetters;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What people do about records that nobody could use, and what becomes of a run whose letter is written again. */
class DeadLetterIT extends OnOneBroker {

    @Test
    void aLetterIsDealtWithOnceAndALateAnswerIsADuplicate() throws Exception {
        run(3).finish();
        Observer observer = new Observer(broker.bootstrapServers(), "letters");
        String trajectories = observer.topics().trajectories();
        String deadLetters = observer.topics().deadLetter(trajectories);
        ConsumerRecord<byte[], byte[]> answered = observer.read(trajectories).get(0);
        observer.write(DeadLetters.of(answered, deadLetters, "the teacher was away", 1));
        observer.write(observer.topics().deadLetter(observer.topics().prompts()), "no letter");

        mustEnd(dlq("list"), 0, "       1  trajectories: the teacher was away");
        mustEnd(dlq("show", "trajectories:0@0"), 0, "\"coffey.cause\": \"the teacher was away\"", "\"promptTokens\"");
        mustEnd(dlq("show", "prompts:0@0"), 0, "\"undecodable\"", "\"firstBytes\": \"6e 6f 20 6c 65 74 74 65 72\"");
        mustEnd(dlq("redrive", "prompts:0@0"), 4, "expected letters.prompts: it can only be dropped");
        mustEnd(dlq("drop", "prompts:0@0", "--note", "by hand"), 0, "prompts:0@0: marked as dealt with");
        mustEnd(dlq("redrive", "trajectories:0@0"), 0, "trajectories:0@0: written again");
        mustEnd(dlq("redrive", "trajectories:0@0"), 4, "trajectories:0@0: dealt with already: redrive to ");
        mustEnd(dlq("show", "trajectories:0@99"), 4, "trajectories:0@99: there is no dead letter");
        mustEnd(dlq("list", "--all"), 0, "(drop: by hand)", "(redrive to %d@".formatted(answered.partition()));

        List<ConsumerRecord<byte[], byte[]>> written = observer.read(trajectories).stream()
                .filter(record -> record.partition() == answered.partition())
                .toList();
        ConsumerRecord<byte[], byte[]> again = written.get(written.size() - 1);
        assertThat(again.value()).isEqualTo(answered.value());
        assertThat(again.key()).isEqualTo(answered.key());
        assertThat(again.headers()).isEqualTo(answered.headers());

        run(6).finish();
        List<TrainingStep> ledger = observer.ledger();
        observer.holdToGuarantees(6);
        assertThat(ledger.stream().flatMap(line -> line.dropped().stream()))
                .extracting(DroppedRecord::reason)
                .containsExactly(DropReason.DUPLICATE);
    }

    private static CoffeyProcess dlq(String what, Object... more) {
        return run(3).start("dlq " + what, more);
    }

    private static SumRun run(int steps) {
        return new SumRun(directory, "letters", steps)
                .on(broker.bootstrapServers())
                .set("trainer.decayShare", "0");
    }
}
