// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.trainer.Coordinate;
import io.coffey.trainer.Order;
import io.coffey.trainer.Pace;
import io.coffey.trainer.kafka.Replay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;

/** Each guarantee holds on a ledger that keeps it and says what is wrong with one that breaks it. */
class GuaranteesTest {

    /** Two trajectories a step, one generation ahead. */
    private static final Pace PACE = new Pace(Order.LOCKSTEP, 2, 1, 1, 1);

    private static final TrainingStep OPENING = line(0, List.of(), List.of(), 4);
    private static final TrainingStep FIRST = line(1, List.of(trained(0, "0.0"), trained(1, "1.0")), List.of(), 6);
    private static final TrainingStep SECOND =
            line(2, List.of(trained(2, "2.0")), List.of(new DroppedRecord(0, 3, "3.0", DropReason.FAILED)), 8);
    private static final List<TrainingStep> LEDGER = List.of(OPENING, FIRST, SECOND);
    private static final List<Long> REQUESTS = List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);

    @Test
    void aSoundRunBreaksNone() {
        assertThat(new NothingLost(LEDGER, 2, PACE).violations()).isEmpty();
        assertThat(new NothingTrainedTwice(LEDGER).violations()).isEmpty();
        assertThat(new StalenessBounded(LEDGER, scored(0, 0, 0), PACE).violations())
                .isEmpty();
        assertThat(new StalenessBounded(LEDGER, scored(0, 0, 1), PACE).violations())
                .isEmpty();
        assertThat(new CreditsConserved(LEDGER, REQUESTS, PACE).violations()).isEmpty();
    }

    @Test
    void aTrajectoryTrainedTwiceIsNamed() {
        List<TrainingStep> ledger =
                List.of(OPENING, FIRST, line(2, List.of(trained(9, "0.0"), trained(3, "3.0")), List.of(), 8));

        assertThat(new NothingTrainedTwice(ledger).violations())
                .containsExactly("trajectory 0.0 was trained in step 1 and in step 2");
    }

    @Test
    void aRecordTrainedTwiceIsNamed() {
        List<TrainingStep> ledger =
                List.of(OPENING, FIRST, line(2, List.of(trained(2, "2.0"), trained(0, "3.0")), List.of(), 8));

        assertThat(new NothingTrainedTwice(ledger).violations())
                .containsExactly("the scored record at partition 0, offset 0 was trained in step 1 and in step 2");
    }

    @Test
    void aRunThatTrainedNothingShowsNothing() {
        assertThat(new NothingTrainedTwice(List.of(OPENING)).violations())
                .containsExactly("no record was trained in 1 steps");
    }

    @Test
    void aLostTrajectoryIsNamed() {
        List<TrainingStep> ledger = List.of(OPENING, FIRST, line(2, List.of(trained(2, "2.0")), List.of(), 8));

        assertThat(new NothingLost(ledger, 2, PACE).violations())
                .containsExactly("trajectory 3.0 of generation 2 was neither trained nor dropped");
    }

    @Test
    void aMissingStepIsNamed() {
        assertThat(new NothingLost(List.of(OPENING, SECOND), 2, PACE).violations())
                .containsExactly("the ledger has step 2 where step 1 was expected");
        assertThat(new NothingLost(LEDGER, 3, PACE).violations())
                .containsExactly("the ledger ends with step 2, expected step 3");
    }

    @Test
    void aStepCommittedTwiceIsNamed() {
        assertThat(new NothingLost(List.of(OPENING, FIRST, FIRST, SECOND), 2, PACE).violations())
                .containsExactly("the ledger has step 1 where step 2 was expected");
    }

    @Test
    void aRecordThatAReaderSawAndThatIsGoneOrAnotherIsNamed() {
        RunRecords.Place first = new RunRecords.Place("t", 0, 0);
        RunRecords.Place second = new RunRecords.Place("t", 0, 1);

        assertThat(new NothingTakenBack(Map.of(first, 7), Map.of(first, 7)).violations())
                .isEmpty();
        assertThat(new NothingTakenBack(Map.of(first, 7), Map.of()).violations())
                .containsExactly("the record of t at partition 0, offset 0 was shown to a reader and is gone");
        assertThat(new NothingTakenBack(Map.of(first, 7), Map.of(first, 8)).violations())
                .containsExactly(
                        "the record of t at partition 0, offset 0 was shown to a reader and is another record now");
        assertThat(new NothingTakenBack(Map.of(first, 7), Map.of(first, 7, second, 8)).violations())
                .containsExactly("the record of t at partition 0, offset 1 was never shown to a reader that passed it");
    }

    @Test
    void aTokenOfOldWeightsIsNamedAmongFreshOnes() {
        List<TrainingStep> ledger = new ArrayList<>(LEDGER);
        ledger.add(line(3, List.of(trained(4, "4.0"), trained(5, "5.0")), List.of(), 10));
        Map<Coordinate, RunRecords.Scored> scored = new HashMap<>(scored(0, 0, 0));
        scored.put(new Coordinate(0, 4), scored("4.0", new VersionRun(0, 3), new VersionRun(1, 2)));
        scored.put(new Coordinate(0, 5), scored("5.0", new VersionRun(3, 1)));

        assertThat(new StalenessBounded(ledger, scored, PACE).violations())
                .containsExactly(
                        "step 3 trained 3 tokens of trajectory 4.0 sampled with version 0, where versions 1 to 2 are allowed",
                        "step 3 trained 1 tokens of trajectory 5.0 sampled with version 3, where versions 1 to 2 are allowed");
    }

    @Test
    void aTrainedRecordThatIsNotOnTheTopicIsNamed() {
        Map<Coordinate, RunRecords.Scored> scored = new HashMap<>(scored(0, 0, 0));
        scored.remove(new Coordinate(0, 2));

        assertThat(new StalenessBounded(LEDGER, scored, PACE).violations())
                .containsExactly("step 2 trained trajectory 2.0 from partition 0, offset 2, where there is none");
    }

    @Test
    void aCreditThatIsNotGivenBackIsNamed() {
        List<TrainingStep> ledger = List.of(
                OPENING,
                FIRST,
                line(2, List.of(trained(2, "2.0")), List.of(new DroppedRecord(0, 3, "3.0", DropReason.DUPLICATE)), 8));

        assertThat(new CreditsConserved(ledger, REQUESTS, PACE).violations())
                .containsExactly(
                        "step 2 takes 1 credits, expected 2", "5 credits are in flight at the end, expected 4");
    }

    @Test
    void aRequestThatIsMissingOrThereTwiceIsNamed() {
        assertThat(new CreditsConserved(LEDGER, List.of(0L, 1L, 2L, 3L, 4L, 5L, 5L, 7L, 8L), PACE).violations())
                .containsExactly(
                        "request 5 was dispatched more than once",
                        "request 8 was dispatched, but no step tells of it",
                        "request 6 is counted as dispatched, but is not on its topic");
    }

    @Test
    void aReplayThatEndsElsewhereIsNamed() {
        byte[] weights = {1, 2, 3};
        byte[] moments = {4, 5};
        String right = DigestUtils.sha256Hex(moments);
        List<TrainingStep> ledger = List.of(OPENING, FIRST);

        assertThat(new ReplayIsBitExact(() -> result("digest 1", weights, moments), ledger, null, right).violations())
                .isEmpty();
        assertThat(new ReplayIsBitExact(() -> result("other", weights, moments), ledger, null, right).violations())
                .containsExactly("after the last step the weights are digest 1..., training it again gives other...");
        assertThat(new ReplayIsBitExact(() -> result("digest 1", weights, moments), ledger, null, "other").violations())
                .singleElement()
                .asString()
                .startsWith("after the last step the optimiser was kept as other...");
    }

    @Test
    void aReplayThatIsRefusedSaysWhy() {
        ReplayIsBitExact guarantee = new ReplayIsBitExact(
                () -> {
                    throw new UserException(ExitCode.DATA, "step 1: other weights");
                },
                List.of(OPENING, FIRST),
                null,
                null);

        assertThat(guarantee.violations()).containsExactly("step 1: other weights");
    }

    private static Replay.Result result(String digest, byte[] weights, byte[] moments) {
        return new Replay.Result(1, 1, weights, digest, moments);
    }

    /** What was scored at offsets 0 to 2, each with one version. */
    private static Map<Coordinate, RunRecords.Scored> scored(long... versions) {
        Map<Coordinate, RunRecords.Scored> scored = new HashMap<>();
        for (int offset = 0; offset < versions.length; offset++) {
            scored.put(new Coordinate(0, offset), scored(offset + ".0", new VersionRun(versions[offset], 5)));
        }
        return scored;
    }

    private static RunRecords.Scored scored(String trajectory, VersionRun... versions) {
        return new RunRecords.Scored(trajectory, Origin.STUDENT, List.of(versions));
    }

    private static TrainedRecord trained(long offset, String trajectory) {
        return new TrainedRecord(0, offset, trajectory, 0);
    }

    private static TrainingStep line(
            long step, List<TrainedRecord> trained, List<DroppedRecord> dropped, long dispatched) {
        return new TrainingStep(
                "run",
                step,
                Math.max(0, step - 1),
                step,
                trained,
                dropped,
                Map.of(),
                dispatched,
                "divergence",
                "hash",
                7,
                Map.of(),
                "digest " + (step - 1),
                "digest " + step,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
