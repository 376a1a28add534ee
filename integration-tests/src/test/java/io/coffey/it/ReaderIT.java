// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.TrainingStep;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One stream of rollouts, two objectives: a run that trains what another one sampled. */
class ReaderIT extends OnOneBroker {

    private static final int STEPS = 6;

    @Test
    void trainsWhatAnotherRunSampledAndDisturbsItInNothing() throws Exception {
        run("alone").finish();
        SumRun read = run("read");
        SumRun reader = reader();
        try (CoffeyProcess first = read.start()) {
            read.awaitSteps(first, 1);
            try (CoffeyProcess load = reader.start("load")) {
                assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
            }
            try (CoffeyProcess second = reader.start("start trainer")) {
                assertThat(second.await(SumRun.LIMIT)).as(second.output()).isZero();
            }
            assertThat(first.await(SumRun.LIMIT)).as(first.output()).isZero();
        }

        List<TrainingStep> ledger = observer("reader").ledger();

        assertThat(digests("read")).isEqualTo(digests("alone"));
        assertThat(ledger).hasSize(STEPS + 1).allSatisfy(line -> {
            assertThat(line.requestsDispatched()).isZero();
            assertThat(line.objective()).isEqualTo("policy-gradient");
        });
        assertThat(observer("reader").read(observer("reader").topics().rolloutRequests()))
                .isEmpty();
        assertThat(ledger.stream().mapToInt(line -> line.trained().size()).sum())
                .isEqualTo(STEPS * SumRun.BATCH);
        assertThat(digests("reader"))
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(digests("read").subList(1, STEPS + 1));
        for (SumRun run : List.of(read, reader)) {
            try (CoffeyProcess replay = run.start("replay")) {
                assertThat(replay.await(SumRun.LIMIT)).as(replay.output()).isZero();
                assertThat(replay.output()).contains("%d of %d steps trained again".formatted(STEPS, STEPS));
            }
        }
    }

    @Test
    void refusesAnObjectiveThatTheStreamDoesNotCarryBeforeTheFirstStep() throws Exception {
        run("narrow").set("objective.topK", "4").set("trainer.steps", "1").finish();
        SumRun reader = new SumRun(directory, "wide", STEPS)
                .on(broker.bootstrapServers())
                .set("trainer.reads", "narrow");
        try (CoffeyProcess load = reader.start("load")) {
            assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
        }

        try (CoffeyProcess process = reader.start("start trainer")) {
            assertThat(process.await(SumRun.LIMIT)).isEqualTo(2);
            assertThat(process.output())
                    .contains(
                            "objective divergence/reverse needs the student's 17 likeliest tokens, which the trajectories of"
                                    + " run narrow (objective divergence/reverse) do not carry")
                    .doesNotContain("\tat ");
        }
        assertThat(observer("wide").ledger()).isEmpty();
    }

    private static SumRun reader() {
        return run("reader")
                .set("trainer.reads", "read")
                .set("objective.type", "policy-gradient")
                .set("objective.direction", "")
                .set("objective.topK", "");
    }

    private static SumRun run(String name) {
        return new SumRun(directory, name, STEPS).on(broker.bootstrapServers());
    }

    private static Observer observer(String name) {
        return new Observer(broker.bootstrapServers(), name);
    }

    private static List<String> digests(String name) {
        return observer(name).ledger().stream().map(TrainingStep::digestAfter).toList();
    }
}
