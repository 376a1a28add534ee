// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static io.coffey.it.Ended.mustEnd;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.PolicyVersion.Kind;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.service.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The whole loop on a broker that is shared by several runs. */
class LoopIT extends OnOneBroker {

    private static final int STEPS = 8;

    @Test
    void lockstepGivesTheSameLedgerAndTheSameWeightsTwice() throws Exception {
        JsonObject first = run("lockstep-1").finish();
        JsonObject second = run("lockstep-2").finish();

        assertThat(digests("lockstep-2")).isEqualTo(digests("lockstep-1"));
        assertThat(trained("lockstep-2")).isEqualTo(trained("lockstep-1"));
        assertThat(second.get("weightsDigest")).isEqualTo(first.get("weightsDigest"));
        checkGuarantees("lockstep-1");
    }

    @Test
    void anotherSeedGivesOtherWeights() throws Exception {
        JsonObject first = run("seed-1").finish();
        JsonObject second = run("seed-2").set("run.seed", "8").finish();

        assertThat(second.get("weightsDigest")).isNotEqualTo(first.get("weightsDigest"));
    }

    @Test
    void pipelinedKeepsItsBoundOnStaleness() throws Exception {
        run("pipelined")
                .set("trainer.order", "pipelined")
                .set("trainer.maxStaleness", "2")
                .finish();

        assertThat(staleness("pipelined")).allSatisfy(lag -> assertThat(lag).isBetween(0.0, 2.0));
        checkGuarantees("pipelined");
    }

    @Test
    void asyncKeepsItsBoundOnStalenessWithThePolicyGradient() throws Exception {
        run("async")
                .set("trainer.order", "async")
                .set("trainer.maxStaleness", "3")
                .set("objective.type", "policy-gradient")
                .set("objective.direction", "")
                .set("objective.topK", "")
                .finish();

        assertThat(staleness("async")).allSatisfy(lag -> assertThat(lag).isBetween(0.0, 3.0));
        checkGuarantees("async");
    }

    @Test
    void publishesAnAdapterInsteadOfAllWeightsAndRepeatsIt() throws Exception {
        JsonObject first = run("adapter-1").set("trainer.lora.rank", "4").finish();
        SumRun again = run("adapter-2").set("trainer.lora.rank", "4");
        JsonObject second = again.finish();

        assertThat(second.get("weightsDigest")).isEqualTo(first.get("weightsDigest"));
        assertThat(observer("adapter-2").versions()).hasSize(STEPS + 1).allSatisfy(version -> {
            boolean opening = version.version() == 0;
            assertThat(version.kind()).isEqualTo(opening ? Kind.FULL : Kind.ADAPTER);
            assertThat(version.byteCount()).isBetween(opening ? 399_000L : 10_000L, opening ? 400_000L : 100_000L);
        });
        assertThat(again.directory().resolve("student/model.safetensors")).exists();
        assertThat(again.directory().resolve("adapter/adapter_model.safetensors"))
                .exists();
        checkGuarantees("adapter-2");
        try (CoffeyProcess replay = again.start("replay")) {
            assertThat(replay.await(SumRun.LIMIT)).as(replay.output()).isZero();
            assertThat(replay.output()).contains(second.get("weightsDigest").getAsString());
        }
    }

    @Test
    void aFinishedRunCanBeMadeLongerAndGoesOnOnlyAsWhatItBeganAs() throws Exception {
        run("grown").set("trainer.decayShare", "0").set("trainer.steps", "4").finish();

        JsonObject longer = run("grown").set("trainer.decayShare", "0").finish();

        assertThat(longer.get("steps").getAsInt()).isEqualTo(STEPS);
        checkGuarantees("grown");
        SumRun other = run("grown").set("trainer.decayShare", "0").set("trainer.learningRate", "0.002");
        try (CoffeyProcess process = other.start()) {
            assertThat(process.await(SumRun.LIMIT)).isEqualTo(4);
            assertThat(process.output())
                    .contains("run grown began with other settings: trainer.learningRate was 0.001 and is now 0.002;")
                    .doesNotContain("\tat ");
        }
        assertThat(other.summary()).isEqualTo(longer);
    }

    @Test
    void recordsThatCannotBeReadAreSetAsideWithTheirCauseAndTheRunGoesOn() throws Exception {
        SumRun run = run("poison");
        Observer observer = observer("poison");
        mustEnd(run.start("load"), 0, "run poison on");
        byte[] good = observer.read(observer.topics().prompts()).get(0).value();
        byte[] key = observer.read(observer.topics().prompts()).get(0).key();
        poison(observer, observer.topics().prompts(), key, good);
        try (CoffeyProcess process = run.start()) {
            run.awaitSteps(process, 2);
            List<String> poisoned = List.of(
                    observer.topics().rolloutRequests(),
                    observer.topics().trajectories(),
                    observer.topics().scoredTrajectories());
            for (String topic : poisoned) {
                poison(observer, topic, key, good);
            }

            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isZero();

            checkLetters(observer, observer.topics().prompts(), 4);
            for (String topic : poisoned) {
                checkLetters(observer, topic, 5);
            }
        }
        checkGuarantees("poison");
    }

    /**
     * No value, no record of ours, a schema that nobody knows, a record that was cut, and, but for prompts, a prompt.
     */
    private static void poison(Observer observer, String topic, byte[] key, byte[] prompt) throws Exception {
        byte[] unknownSchema = prompt.clone();
        unknownSchema[5] ^= 1;
        List<byte @Nullable []> values = new ArrayList<>();
        values.add(null);
        values.add("no record of ours".getBytes(StandardCharsets.UTF_8));
        values.add(unknownSchema);
        values.add(Arrays.copyOf(prompt, prompt.length - 1));
        if (!topic.equals(observer.topics().prompts())) {
            values.add(prompt);
        }
        for (byte @Nullable [] value : values) {
            observer.write(new ProducerRecord<>(topic, 0, key, value));
        }
    }

    private static void checkLetters(Observer observer, String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> letters =
                observer.read(observer.topics().deadLetter(topic));
        assertThat(letters)
                .as(topic)
                .hasSize(count)
                .allSatisfy(letter ->
                        assertThat(Observer.header(letter, DeadLetters.TOPIC)).isEqualTo(topic));
        List<String> causes = letters.stream()
                .map(letter -> Observer.header(letter, DeadLetters.CAUSE))
                .toList();
        assertThat(causes.get(0)).as(topic).contains("has no value");
        assertThat(causes.get(1)).as(topic).contains("begins with 6e6f, expected c301");
        assertThat(causes.get(2)).as(topic).contains("is neither on the class path nor in the topic of schemas");
        assertThat(causes.get(3)).as(topic).isNotBlank();
        assertThat(causes.subList(4, count))
                .as(topic)
                .allSatisfy(cause -> assertThat(cause).contains("it is a PromptRecord"));
    }

    private static SumRun run(String name) {
        return new SumRun(directory, name, STEPS).on(broker.bootstrapServers());
    }

    private static Observer observer(String name) {
        return new Observer(broker.bootstrapServers(), name);
    }

    private static void checkGuarantees(String name) {
        observer(name).holdToGuarantees(STEPS);
    }

    private static List<String> digests(String name) {
        return observer(name).ledger().stream().map(TrainingStep::digestAfter).toList();
    }

    private static List<List<String>> trained(String name) {
        return observer(name).ledger().stream()
                .map(step ->
                        step.trained().stream().map(TrainedRecord::trajectory).toList())
                .toList();
    }

    private static List<Double> staleness(String name) {
        return observer(name).ledger().stream()
                .filter(step -> step.step() > 0)
                .map(step -> step.metrics().get("maxStaleness"))
                .toList();
    }
}
