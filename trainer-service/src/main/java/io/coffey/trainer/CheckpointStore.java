// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.coffey.adapter.AdapterException;
import io.coffey.model.ModelException;
import io.coffey.service.ExitCode;
import io.coffey.service.Failpoint;
import io.coffey.service.UserException;
import io.coffey.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints as atomic directories: {@code step-00000050/} holds {@code student/} (the form of Hugging Face or PEFT),
 * {@code optimizer.bin} and {@code checkpoint.json} with both digests. A directory is written under a temporary name,
 * synced and renamed, so it is whole or not there; the newest whose digests hold wins.
 */
public final class CheckpointStore {

    private static final Logger log = LoggerFactory.getLogger(CheckpointStore.class);
    private static final Pattern NAME = Pattern.compile("step-(\\d{8,})");
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    private final Path directory;
    private final StudentFiles student;
    private final String runId;
    private final int kept;

    /**
     * @param directory where checkpoints lie; made when absent
     * @param student how what has learned is written and read
     * @param runId only checkpoints of this run are read
     * @param kept how many to keep
     */
    public CheckpointStore(Path directory, StudentFiles student, String runId, int kept) {
        this.directory = directory;
        this.student = student;
        this.runId = runId;
        this.kept = kept;
    }

    /**
     * What a checkpoint says of itself.
     *
     * @param runId run it belongs to
     * @param step optimiser step
     * @param weightsDigest sha256 of the canonical weights
     * @param optimizerDigest sha256 of the optimiser's bytes
     */
    private record Manifest(String runId, long step, String weightsDigest, String optimizerDigest) {}

    /**
     * Writes a checkpoint and deletes those beyond the number kept.
     *
     * @throws UserException if the disk is full or refuses; what was there before is as it was
     */
    public void write(Checkpoint checkpoint) {
        Path target = directory.resolve("step-%08d".formatted(checkpoint.step()));
        Path temporary = directory.resolve(target.getFileName() + ".tmp");
        try {
            Failpoint.CHECKPOINT_BEFORE_WRITE.reached();
            delete(temporary);
            delete(target);
            Files.createDirectories(temporary);
            student.save(temporary.resolve("student"), checkpoint.weights());
            writeSynced(temporary.resolve("optimizer.bin"), checkpoint.optimizerState());
            Manifest manifest = new Manifest(
                    runId,
                    checkpoint.step(),
                    DigestUtils.sha256Hex(checkpoint.weights()),
                    DigestUtils.sha256Hex(checkpoint.optimizerState()));
            writeSynced(
                    temporary.resolve("checkpoint.json"), GSON.toJson(manifest).getBytes(StandardCharsets.UTF_8));
            Failpoint.CHECKPOINT_AFTER_WRITE.reached();
            sync(temporary);
            Failpoint.CHECKPOINT_BEFORE_RENAME.reached();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            Failpoint.CHECKPOINT_AFTER_RENAME.reached();
            sync(directory);
            Failpoint.CHECKPOINT_AFTER_SYNC.reached();
            for (Path old : newestFirst().stream().skip(kept).toList()) {
                delete(old);
            }
        } catch (IOException | ModelException | WeightsException | AdapterException e) {
            throw new UserException(
                    ExitCode.DATA,
                    "checkpoint %s cannot be written: %s; free space or make the directory writable, the run resumes from the one before"
                            .formatted(target, e.getMessage()),
                    e);
        }
    }

    /** The newest good checkpoint of this run at or before the given step. */
    public Optional<Checkpoint> newestAtOrBefore(long step) {
        for (Path candidate : newestFirst()) {
            if (stepOf(candidate) <= step) {
                Optional<Checkpoint> checkpoint = read(candidate);
                if (checkpoint.isPresent()) {
                    return checkpoint;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Checkpoint> read(Path path) {
        String problem;
        try {
            Manifest manifest = manifest(path.resolve("checkpoint.json"));
            byte[] optimizer = Files.readAllBytes(path.resolve("optimizer.bin"));
            byte[] weights = student.load(path.resolve("student"));
            if (!runId.equals(manifest.runId())) {
                problem = "belongs to run " + manifest.runId();
            } else if (!DigestUtils.sha256Hex(weights).equals(manifest.weightsDigest())
                    || !DigestUtils.sha256Hex(optimizer).equals(manifest.optimizerDigest())) {
                problem = "its bytes do not have the digests it names";
            } else {
                return Optional.of(new Checkpoint(manifest.step(), weights, optimizer));
            }
        } catch (IOException | JsonParseException | ModelException | WeightsException | AdapterException e) {
            problem = String.valueOf(e.getMessage());
        }
        log.atWarn()
                .addKeyValue("checkpoint", path)
                .addKeyValue("problem", problem)
                .log("checkpoint passed over; an older one or the ledger alone will do");
        return Optional.empty();
    }

    private static Manifest manifest(Path file) throws IOException {
        Manifest manifest = GSON.fromJson(Files.readString(file), Manifest.class);
        if (manifest == null) {
            throw new JsonParseException(file + " is empty");
        }
        return manifest;
    }

    private List<Path> newestFirst() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> checkpoints = new ArrayList<>(entries.filter(
                            path -> NAME.matcher(path.getFileName().toString()).matches())
                    .toList());
            checkpoints.sort(Comparator.comparingLong(CheckpointStore::stepOf).reversed());
            return checkpoints;
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoints cannot be listed in " + directory, e);
        }
    }

    private static long stepOf(Path checkpoint) {
        Matcher matcher = NAME.matcher(checkpoint.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(checkpoint + " is not a checkpoint");
        }
        return Long.parseLong(matcher.group(1));
    }

    private static void writeSynced(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            Failpoint.CHECKPOINT_BEFORE_FILE_SYNC.reached();
            channel.force(true);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
