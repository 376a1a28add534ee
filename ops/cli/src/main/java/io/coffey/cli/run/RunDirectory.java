// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.service.ExitCode;
import io.coffey.service.RunSection;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder of a run and the names of what is in it. */
public final class RunDirectory {

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /** The folder of the run that the settings name; it need not exist. */
    public static RunDirectory of(RunSection run) {
        return new RunDirectory(run.directory().resolve(run.name()));
    }

    /** A folder that is to become a run's. */
    public static RunDirectory at(Path path) {
        return new RunDirectory(path);
    }

    public Path path() {
        return path;
    }

    /** Data, settings and log of the run's own broker. */
    public Path broker() {
        return path.resolve("broker");
    }

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** The adapter that learned, in PEFT's form, where not all weights did. */
    public Path adapter() {
        return path.resolve("adapter");
    }

    /** The student after the warm-up of a preference run, as a Hugging Face directory. */
    public Path warmedUp() {
        return path.resolve(RunSection.WARMED_UP);
    }

    /** The student with which an imported run began, as a Hugging Face directory. */
    public Path initialStudent() {
        return path.resolve("initial-student");
    }

    /** What warmed it up. */
    public Path warmUpSettings() {
        return path.resolve("warm-up.json");
    }

    /** What a teacher's model wrote to prompts that had no response. */
    public Path responses() {
        return path.resolve("responses.jsonl");
    }

    /** The student as a Hugging Face directory. */
    public Path student() {
        return path.resolve("student");
    }

    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    public Path summary() {
        return path.resolve("summary.json");
    }

    public Path curve() {
        return path.resolve("curve.svg");
    }

    /** The settings in effect. */
    public Path config() {
        return path.resolve("config.yaml");
    }

    public Path log() {
        return path.resolve("coffey.log");
    }

    /** The right to run it, held by one process at a time and lost with it, however it ends. */
    public static final class Claim implements AutoCloseable {

        private final FileChannel channel;

        private Claim(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /**
     * Makes the folder and claims it.
     *
     * @throws UserException if another process has it
     */
    public Claim claim() throws IOException {
        Files.createDirectories(path);
        Path file = path.resolve("lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            String owner = read(channel).strip();
            channel.close();
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "%s: process %s is running this run: wait for it, stop it, or take another name with --name"
                            .formatted(path, owner.isEmpty() ? "(unknown)" : owner));
        }
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
        return new Claim(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException thisProcess) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }
}
