// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.cli.guarantee.CreditsConserved;
import io.coffey.cli.guarantee.NothingLost;
import io.coffey.cli.guarantee.NothingTakenBack;
import io.coffey.cli.guarantee.NothingTrainedTwice;
import io.coffey.cli.guarantee.RunRecords;
import io.coffey.cli.guarantee.StalenessBounded;
import io.coffey.cli.guarantee.WeightsNeverTorn;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.it.BrokenTrainer.Breakage;
import io.coffey.service.KafkaClients;
import io.coffey.trainer.Order;
import io.coffey.trainer.Pace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Each guarantee catches, on a real broker, a run that something was broken in on purpose. */
class NegativeControlsIT extends OnOneBroker {

    private static final int STEPS = 6;
    private static final int KILLED = 137;
    private static final Pace PACE = new Pace(Order.LOCKSTEP, SumRun.BATCH, 1, 1, 1);

    /** Of 400 kB of weights: chunks in a step, and all records of step 0, of 1 and of 2 up to half of its chunks. */
    private static final String CHUNK_BYTES = "100000";

    private static final int RECORDS_OF_OPENING = 4 + 1 + 2 * SumRun.BATCH + 1;
    private static final int RECORDS_OF_STEP = 4 + 1 + SumRun.BATCH + 1;
    private static final int WITHIN_THE_WEIGHTS = RECORDS_OF_OPENING + RECORDS_OF_STEP + 2;
    private static final int WITHIN_THE_REQUESTS = RECORDS_OF_OPENING + RECORDS_OF_STEP + 5 + 5;

    @Test
    void tornWeightsAreCaughtWhereATrainerWithoutTransactionsDiesBetweenChunks() throws Exception {
        RunRecords records = killedWithoutTransactions("torn", WITHIN_THE_WEIGHTS);

        assertThat(new WeightsNeverTorn("a reader", records.weights()).violations())
                .contains("a reader: chunk 0 of version 2 was shown a second time");
    }

    @Test
    void creditsOutOfNothingAreCaughtWhereATrainerWithoutTransactionsDiesBetweenRequests() throws Exception {
        RunRecords records = killedWithoutTransactions("credits", WITHIN_THE_REQUESTS);

        assertThat(new CreditsConserved(records.ledger(), records.requests(), PACE).violations())
                .contains("request 48 was dispatched more than once");
    }

    @Test
    void trainingTwiceIsCaughtWhereNoTransactionFencesASecondTrainer() throws Exception {
        SumRun run = loaded("twins");
        try (CoffeyProcess first = broken(run, Breakage.UNTRANSACTIONAL, 0);
                CoffeyProcess second = broken(run, Breakage.UNTRANSACTIONAL, 0)) {
            // Both have to be there before there is anything to train.
            Awaitility.await().atMost(SumRun.LIMIT).until(() -> first.output().split("service starts", -1).length == 3);
            try (CoffeyProcess scorer = run.start("start scorer");
                    CoffeyProcess rollout = run.start("start rollout")) {
                first.await(SumRun.LIMIT);
                second.await(SumRun.LIMIT);
                assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
            }
        }
        RunRecords records = observer("twins").records();

        assertThat(new NothingTrainedTwice(records.ledger()).violations())
                .contains("trajectory 0.0 was trained in step 1 and in step 1");
        assertThat(new NothingLost(records.ledger(), STEPS, PACE).violations()).isNotEmpty();
    }

    @Test
    void staleTokensAreCaughtWhereADispatcherIgnoresTheBound() throws Exception {
        SumRun run = loaded("stale");
        try (CoffeyProcess scorer = run.start("start scorer");
                CoffeyProcess rollout = run.start("start rollout");
                CoffeyProcess trainer = broken(run, Breakage.UNBOUNDED, 0)) {
            assertThat(trainer.await(SumRun.LIMIT)).as(trainer.output()).isZero();
            assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
        }
        RunRecords records = observer("stale").records();

        assertThat(new StalenessBounded(records.ledger(), records.scored(), PACE).violations())
                .isNotEmpty()
                .allMatch(violation -> violation.startsWith("step "))
                .anyMatch(violation -> violation.endsWith("sampled with version 0, where versions 1 to 2 are allowed"));
    }

    @Test
    void otherBitsAreCaughtWhereARestoreDropsTheMomentsOfTheOptimizer() throws Exception {
        run("moments").finish();
        dropMoments(run("moments").directory().resolve("checkpoints/step-%08d".formatted(STEPS)));
        SumRun longer = run("moments").set("trainer.steps", Integer.toString(STEPS + 2));
        longer.finish();

        try (CoffeyProcess replay = longer.start("replay")) {
            assertThat(replay.await(SumRun.LIMIT)).as(replay.output()).isEqualTo(4);
            assertThat(replay.output()).contains("step %d: the ledger says the weights are ".formatted(STEPS + 1));
        }
    }

    @Test
    void aRecordThatIsTakenBackIsCaughtByTheReaderThatSawIt() throws Exception {
        run("deleted").finish();
        RunRecords seen = observer("deleted").records();
        KafkaClients clients = new KafkaClients(broker.bootstrapServers(), Map.of());
        TopicPartition partition =
                new TopicPartition(observer("deleted").topics().trajectories(), 0);
        try (Admin admin = clients.admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }

        RunRecords after = observer("deleted").records();

        assertThat(new NothingTakenBack(seen.checksums(), seen.checksums()).violations())
                .isEmpty();
        assertThat(new NothingTakenBack(seen.checksums(), after.checksums()).violations())
                .contains(
                        "the record of deleted.trajectories at partition 0, offset 0 was shown to a reader and is gone");
    }

    /** What is on the log when such a trainer died so far, and a sound one ended the run. */
    private static RunRecords killedWithoutTransactions(String name, int recordsToLive) throws Exception {
        SumRun run = loaded(name);
        try (CoffeyProcess scorer = run.start("start scorer");
                CoffeyProcess rollout = run.start("start rollout")) {
            try (CoffeyProcess trainer = broken(run, Breakage.UNTRANSACTIONAL, recordsToLive)) {
                assertThat(trainer.await(SumRun.LIMIT)).as(trainer.output()).isEqualTo(KILLED);
            }
            try (CoffeyProcess trainer = run.start("start trainer")) {
                assertThat(trainer.await(SumRun.LIMIT)).as(trainer.output()).isZero();
            }
            assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
        }
        return observer(name).records();
    }

    private static CoffeyProcess broken(SumRun run, Breakage breakage, int recordsToLive) {
        return run.start(
                BrokenTrainer.class.getName(),
                breakage.name(),
                List.of("-D%s=%d".formatted(BrokenTrainer.RECORDS_TO_LIVE, recordsToLive)));
    }

    /** As a restore would leave the optimiser that forgets them: the count of steps stays, all else is zero. */
    private static void dropMoments(Path checkpoint) throws Exception {
        Path optimizer = checkpoint.resolve("optimizer.bin");
        byte[] bytes = Files.readAllBytes(optimizer);
        Arrays.fill(bytes, Long.BYTES, bytes.length, (byte) 0);
        Files.write(optimizer, bytes);
        Path file = checkpoint.resolve("checkpoint.json");
        JsonObject manifest = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        manifest.addProperty("optimizerDigest", DigestUtils.sha256Hex(bytes));
        Files.writeString(file, manifest.toString());
    }

    private static SumRun loaded(String name) throws Exception {
        SumRun run = run(name);
        try (CoffeyProcess load = run.start("load")) {
            assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
        }
        return run;
    }

    private static Observer observer(String name) {
        return new Observer(broker.bootstrapServers(), name);
    }

    private static SumRun run(String name) {
        return new SumRun(directory, name, STEPS)
                .on(broker.bootstrapServers())
                .set("trainer.decayShare", "0")
                .set("trainer.chunkBytes", CHUNK_BYTES);
    }
}
