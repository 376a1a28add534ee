// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.KafkaClients;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Each service in a process of its own, as on a cluster. */
class ServicesIT extends OnOneBroker {

    private static final int STEPS = 12;

    @Test
    void trainTogetherAndSurviveTheDeathOfEach() throws Exception {
        SumRun run = new SumRun(directory, "apart", STEPS).on(broker.bootstrapServers());
        try (CoffeyProcess load = run.start("load")) {
            assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
        }

        try (CoffeyProcess scorer = run.start("start scorer");
                CoffeyProcess rollout = run.start("start rollout");
                CoffeyProcess trainer = run.start("start trainer")) {
            awaitSteps(trainer, 2);
            rollout.kill();
            scorer.kill();
            trainer.kill();
        }
        try (CoffeyProcess scorer = run.start("start scorer");
                CoffeyProcess rollout = run.start("start rollout");
                CoffeyProcess evaluator = run.start("start evaluator");
                CoffeyProcess trainer = run.start("start trainer")) {
            assertThat(trainer.await(SumRun.LIMIT)).as(trainer.output()).isZero();
            assertThat(evaluator.await(SumRun.LIMIT)).as(evaluator.output()).isZero();
            rollout.terminate();
            scorer.terminate();
            assertThat(rollout.await(Duration.ofMinutes(1)))
                    .as(rollout.output())
                    .isZero();
            assertThat(scorer.await(Duration.ofMinutes(1))).as(scorer.output()).isZero();
        }

        Observer observer = new Observer(broker.bootstrapServers(), "apart");
        observer.holdToGuarantees(STEPS);
        assertThat(observer.evaluated()).containsExactly(0L, (long) STEPS);
    }

    @Test
    void saysInOneLineThatTheLogIsNotReady() throws Exception {
        SumRun run = new SumRun(directory, "unprepared", STEPS).on(broker.bootstrapServers());
        for (String service : List.of("start scorer", "start rollout", "start trainer", "start evaluator")) {
            try (CoffeyProcess process = run.start(service)) {
                assertThat(process.await(Duration.ofMinutes(1)))
                        .as(process.output())
                        .isEqualTo(3);
                assertThat(process.output()).contains("coffey load").doesNotContain("\tat ");
            }
        }
    }

    @Test
    void refuseALedgerThatAnOpenTransactionHides() throws Exception {
        SumRun run = new SumRun(directory, "hidden", STEPS).on(broker.bootstrapServers());
        try (CoffeyProcess load = run.start("load")) {
            assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
        }
        try (Producer<byte[], byte[]> stranger =
                new KafkaClients(broker.bootstrapServers(), Map.of()).transactionalProducer("stranger")) {
            stranger.initTransactions();
            stranger.beginTransaction();
            stranger.send(new ProducerRecord<>(new Topics("hidden").trainingSteps(), new byte[1]))
                    .get();

            try (CoffeyProcess trainer = run.start("start trainer")) {
                assertThat(trainer.await(Duration.ofMinutes(1)))
                        .as(trainer.output())
                        .isEqualTo(3);
                assertThat(trainer.output())
                        .contains("an open transaction hides the records from offset 0 to 0")
                        .doesNotContain("\tat ");
            }
            stranger.abortTransaction();
        }
    }

    private static void awaitSteps(CoffeyProcess trainer, int steps) {
        Awaitility.await()
                .atMost(SumRun.LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .failFast(
                        () -> assertThat(trainer.isAlive()).as(trainer.output()).isTrue())
                .until(() -> ledger().size() > steps);
    }

    private static List<TrainingStep> ledger() {
        return new Observer(broker.bootstrapServers(), "apart").ledger();
    }
}
