// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.RecordChecksum;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.SchemaSource;
import io.coffey.trainer.Coordinate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepAuditTest {

    private final RecordCodec<ScoredTrajectory> codec = new Codecs(SchemaSource.none()).scoredTrajectories();
    private final byte[] record = codec.encode(scored(12));
    private final byte[] other = codec.encode(scored(13));

    @Test
    void findsThatARecordIsWhatWasTrained() {
        StepAudit audit = audit(Map.of(new Coordinate(0, 113), record), "weights-0");

        assertThat(audit.problems()).isEmpty();
        assertThat(audit.text())
                .contains("run sum, step 1 (sum.training-steps at offset 4)")
                .contains("  policy version       0 -> 1")
                .contains("  metric loss          0.5")
                .contains(
                        "  12.0       0@113  prompt p7  2 tokens  version 0  STOP  teacher big@0123456789ab  checksum "
                                + "%08x  as trained".formatted(RecordChecksum.of(record)))
                .contains("all as the ledger says");
    }

    @Test
    void namesARecordThatWasChanged() {
        StepAudit audit = audit(Map.of(new Coordinate(0, 113), other), "weights-0");

        assertThat(audit.problems())
                .containsExactly(
                        "trajectory 12.0 in sum.scored-trajectories-0 at offset 113: changed: checksum %08x, the ledger says %08x"
                                .formatted(RecordChecksum.of(other), RecordChecksum.of(record)));
    }

    @Test
    void namesARecordThatIsGone() {
        StepAudit audit = audit(Map.of(), "weights-0");

        assertThat(audit.problems())
                .containsExactly("trajectory 12.0 in sum.scored-trajectories-0 at offset 113: gone");
        assertThat(audit.text())
                .contains("NOT as the ledger says: " + audit.problems().get(0));
    }

    @Test
    void namesALineThatDoesNotContinueTheOneBefore() {
        StepAudit audit = audit(Map.of(new Coordinate(0, 113), record), "weights-x");

        assertThat(audit.problems())
                .containsExactly("weights digest: step 0 ended with weights-x, step 1 begins with weights-0");
    }

    @Test
    void holdsADroppedRecordToNothing() {
        StepAudit audit = audit(Map.of(new Coordinate(0, 113), record), "weights-0");

        assertThat(audit.text()).contains("1 dropped:", "  9.0        1@7  EXPIRED");
    }

    @Test
    void tellsMachinesTheSame() {
        JsonObject json =
                audit(Map.of(new Coordinate(0, 113), record), "weights-0").json();

        JsonObject trained = json.getAsJsonArray("trained").get(0).getAsJsonObject();
        assertThat(trained.get("promptId").getAsString()).isEqualTo("p7");
        assertThat(trained.get("offset").getAsLong()).isEqualTo(113);
        assertThat(trained.getAsJsonArray("versions").toString()).isEqualTo("[{\"version\":0,\"tokens\":2}]");
        assertThat(json.getAsJsonObject("metrics").get("gradientNorm").getAsString())
                .isEqualTo("NaN");
        assertThat(json.getAsJsonArray("problems")).isEmpty();
    }

    @Test
    void refusesAStepThatTheLedgerHasNot() {
        assertThatThrownBy(() -> ledger("weights-0").of(9))
                .isInstanceOf(UserException.class)
                .hasMessage("topic sum.training-steps has no step 9, expected one of 0 to 1");
    }

    private StepAudit audit(Map<Coordinate, byte[]> log, String digestBefore) {
        Map<Coordinate, FoundRecord> found = new HashMap<>();
        for (Coordinate place : List.of(new Coordinate(0, 113), new Coordinate(1, 7))) {
            byte[] value = log.get(place);
            found.put(
                    place,
                    value == null ? FoundRecord.unreadable(place, "gone") : new FoundRecord(place, 0, value, null));
        }
        LedgerLines ledger = ledger(digestBefore);
        return StepAudit.of(ledger, ledger.of(1), "sum.scored-trajectories", found, codec);
    }

    private LedgerLines ledger(String digestOfTheFirst) {
        TrainedRecord trained = new TrainedRecord(0, 113, "12.0", RecordChecksum.of(record));
        DroppedRecord dropped = new DroppedRecord(1, 7, "9.0", DropReason.EXPIRED);
        return new LedgerLines(
                "sum.training-steps",
                List.of(
                        new LedgerLines.Line(0, line(0, List.of(), List.of(), "", digestOfTheFirst)),
                        new LedgerLines.Line(
                                4, line(1, List.of(trained), List.of(dropped), "weights-0", "weights-1"))));
    }

    private static TrainingStep line(
            long step, List<TrainedRecord> trained, List<DroppedRecord> dropped, String before, String after) {
        return new TrainingStep(
                "sum",
                step,
                Math.max(0, step - 1),
                step,
                trained,
                dropped,
                Map.of(0, 114L, 1, 8L),
                16,
                "divergence/reverse",
                "hash",
                7,
                Map.of("big", "0123456789abcdef"),
                before,
                after,
                Map.of("loss", 0.5, "gradientNorm", Double.NaN),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static ScoredTrajectory scored(long request) {
        Trajectory trajectory = new Trajectory(
                "sum",
                request,
                0,
                "p7",
                new int[] {1, 2},
                new int[] {3, 4},
                new byte[] {1, 1},
                new float[] {-1f, -2f},
                null,
                List.of(new VersionRun(0, 2)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                7,
                FinishReason.STOP,
                "tokenizer",
                "0",
                null,
                null,
                null,
                null);
        TeacherScores scores = new TeacherScores(
                "big",
                "0123456789abcdef",
                "tokenizer",
                null,
                new float[] {-1.5f, -1f},
                new float[] {-0.5f, 1f},
                null,
                null,
                null,
                null);
        return new ScoredTrajectory(trajectory, List.of(scores), null);
    }
}
