// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.service.DeadLetters;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A record that ends the process of everyone who tries it is set aside in the end, and only that record. */
class PoisonIT extends OnOneBroker {

    private static final int STEPS = 3;
    private static final int KILLED = 137;
    private static final List<String> POISON = List.of("-Dcoffey.failpoint=scorer.score.request@20");

    @Test
    void aTrajectoryThatEndsItsScorerAgainAndAgainIsSetAsideOnceAndTheRunGoesOn() throws Exception {
        SumRun run = new SumRun(directory, "poison", STEPS)
                .on(broker.bootstrapServers())
                .set("trainer.decayShare", "0");
        Observer observer = new Observer(broker.bootstrapServers(), "poison");
        String trajectories = observer.topics().trajectories();
        assertThat(run.start("load").await(SumRun.LIMIT)).isZero();

        try (CoffeyProcess trainer = run.start("start trainer");
                CoffeyProcess rollout = run.start("start rollout")) {
            for (int death = 0; death < 3; death++) {
                mustDie(run.start("start scorer", POISON, "--set", "scorer.attempts=1000"));
            }
            assertThat(observer.read(observer.topics().deadLetter(trajectories)))
                    .isEmpty();
            assertThat(observer.ledger()).hasSizeLessThan(STEPS);

            try (CoffeyProcess scorer = run.start("start scorer", POISON, "--set", "scorer.attempts=1")) {
                assertThat(trainer.await(SumRun.LIMIT)).as(scorer.output()).isZero();
                assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
            }
        }

        List<ConsumerRecord<byte[], byte[]>> letters =
                observer.read(observer.topics().deadLetter(trajectories));
        assertThat(letters).hasSize(1);
        assertThat(Observer.header(letters.get(0), DeadLetters.CAUSE))
                .matches("ended the process that scored it and nothing else, times: [12]: .*");
        assertThat(Observer.header(letters.get(0), DeadLetters.ATTEMPT)).matches("[12]");
        assertThat(observer.scored().stream().filter(ScoredTrajectory::failed))
                .extracting(scored -> scored.trajectory().request())
                .containsExactly(20L);
        assertThat(observer.ledger().stream().flatMap(line -> line.dropped().stream()))
                .extracting(DroppedRecord::reason)
                .containsExactly(DropReason.FAILED);
        observer.holdToGuarantees(STEPS);
    }

    private static void mustDie(CoffeyProcess scorer) throws InterruptedException {
        try (scorer) {
            assertThat(scorer.await(Duration.ofMinutes(2))).as(scorer.output()).isEqualTo(KILLED);
        }
    }
}
