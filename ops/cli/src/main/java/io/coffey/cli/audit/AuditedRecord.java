// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.audit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.stream.RecordChecksum;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.UndecodableRecordException;
import io.coffey.trainer.Coordinate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A record that a step took, as the ledger names it and as the log has it now.
 *
 * @param coordinate where it stands
 * @param trajectory id of the trajectory, as the ledger says; empty where the trainer could not read it
 * @param dropped why it was not trained; absent when it was
 * @param checksum CRC-32C that the ledger names; absent of dropped records, for which it names none
 * @param scored what the record holds now; absent when that cannot be read
 * @param problem why the log does not have what was trained; absent when it has
 */
record AuditedRecord(
        Coordinate coordinate,
        String trajectory,
        @Nullable String dropped,
        @Nullable Integer checksum,
        @Nullable ScoredTrajectory scored,
        @Nullable String problem) {

    /** Holds a trained record to its checksum. */
    static AuditedRecord of(TrainedRecord trained, FoundRecord found, RecordCodec<ScoredTrajectory> codec) {
        byte[] value = found.value();
        ScoredTrajectory scored = value == null ? null : decoded(value, codec);
        String problem = value == null ? found.trouble() : difference(trained, RecordChecksum.of(value), scored);
        return new AuditedRecord(found.coordinate(), trained.trajectory(), null, trained.checksum(), scored, problem);
    }

    /** A dropped record: the ledger has no checksum to hold it to, and nothing depends on it any more. */
    static AuditedRecord of(DroppedRecord dropped, FoundRecord found, RecordCodec<ScoredTrajectory> codec) {
        byte[] value = found.value();
        ScoredTrajectory scored = value == null ? null : decoded(value, codec);
        return new AuditedRecord(
                found.coordinate(), dropped.trajectory(), dropped.reason().name(), null, scored, null);
    }

    private static @Nullable String difference(TrainedRecord trained, int checksum, @Nullable ScoredTrajectory scored) {
        if (checksum != trained.checksum()) {
            return "changed: checksum %08x, the ledger says %08x".formatted(checksum, trained.checksum());
        } else if (scored == null) {
            return "as it was trained, but this build cannot decode it";
        } else if (!scored.trajectory().id().equals(trained.trajectory())) {
            return "holds trajectory %s, the ledger says %s"
                    .formatted(scored.trajectory().id(), trained.trajectory());
        }
        return null;
    }

    private static @Nullable ScoredTrajectory decoded(byte[] value, RecordCodec<ScoredTrajectory> codec) {
        try {
            return codec.decode(value);
        } catch (UndecodableRecordException undecodable) {
            return null;
        }
    }

    /** One line for people. */
    String text() {
        StringBuilder line = new StringBuilder("  %-10s %d@%d"
                .formatted(
                        trajectory.isEmpty() ? "(unknown)" : trajectory, coordinate.partition(), coordinate.offset()));
        if (dropped != null) {
            line.append("  ").append(dropped);
        }
        if (scored != null) {
            Trajectory sampled = scored.trajectory();
            line.append("  prompt %s  %d tokens  version %s  %s"
                    .formatted(sampled.promptId(), sampled.length(), versions(sampled), sampled.finishReason()));
            for (TeacherScores score : scored.scores()) {
                line.append("  teacher %s@%.12s".formatted(score.teacherId(), score.revision()));
            }
            if (scored.failure() != null) {
                line.append("  ").append(scored.failure());
            }
        }
        if (checksum != null) {
            line.append("  checksum %08x  ".formatted(checksum)).append(problem == null ? "as trained" : problem);
        }
        return line.toString();
    }

    /** All of it for machines. */
    JsonObject json() {
        JsonObject object = new JsonObject();
        object.addProperty("trajectory", trajectory);
        object.addProperty("partition", coordinate.partition());
        object.addProperty("offset", coordinate.offset());
        object.addProperty("dropped", dropped);
        object.addProperty("checksum", checksum == null ? null : "%08x".formatted(checksum));
        object.addProperty("problem", problem);
        if (scored != null) {
            Trajectory sampled = scored.trajectory();
            object.addProperty("promptId", sampled.promptId());
            object.addProperty("tokens", sampled.length());
            JsonArray versions = new JsonArray();
            sampled.versions().forEach(run -> {
                JsonObject version = new JsonObject();
                version.addProperty("version", run.version());
                version.addProperty("tokens", run.count());
                versions.add(version);
            });
            object.add("versions", versions);
            object.addProperty("finishReason", sampled.finishReason().name());
            JsonArray teachers = new JsonArray();
            scored.scores().forEach(score -> {
                JsonObject teacher = new JsonObject();
                teacher.addProperty("teacher", score.teacherId());
                teacher.addProperty("revision", score.revision());
                teacher.addProperty("contextHash", score.contextHash());
                teachers.add(teacher);
            });
            object.add("teachers", teachers);
            object.addProperty("failure", scored.failure());
        }
        return object;
    }

    /** One version, or each with its number of tokens. */
    private static String versions(Trajectory sampled) {
        return sampled.versions().size() == 1
                ? Long.toString(sampled.versions().get(0).version())
                : sampled.versions().stream()
                        .map(run -> run.version() + "x" + run.count())
                        .collect(Collectors.joining(","));
    }
}
