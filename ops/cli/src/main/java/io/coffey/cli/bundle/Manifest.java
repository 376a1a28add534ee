// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a bundle says of itself, in {@value #FILE}.
 *
 * @param format always {@value #FORMAT}
 * @param version of the format
 * @param coffey which build wrote it
 * @param run name of the run, as its records have it
 * @param scoredRun run whose scored trajectories it trained: itself, or the one that it reads
 * @param steps last optimiser step
 * @param trainedRecords trajectories trained
 * @param droppedRecords trajectories taken from the stream without being trained
 * @param digestBefore SHA-256 of what learns before the first step
 * @param digestAfter the same after the last
 * @param environment what decided last bits when the run began, by name
 * @param partitions by topic
 * @param files everything else in the bundle
 */
record Manifest(
        String format,
        int version,
        String coffey,
        String run,
        String scoredRun,
        long steps,
        long trainedRecords,
        long droppedRecords,
        String digestBefore,
        String digestAfter,
        Map<String, String> environment,
        Map<String, Integer> partitions,
        List<BundledFile> files) {

    static final String FILE = "manifest.json";
    static final String FORMAT = "coffey-run-bundle";
    static final int VERSION = 1;

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final Pattern NAME = Pattern.compile("(?!\\.)[A-Za-z0-9._-]+(/(?!\\.)[A-Za-z0-9._-]+)?");
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

    /**
     * A file of a bundle.
     *
     * @param name its path in the bundle
     * @param bytes its length
     * @param sha256 of its bytes, hexadecimal
     * @param records how many records of the log it holds; 0 where it holds none
     */
    record BundledFile(String name, long bytes, String sha256, long records) {}

    String json() {
        return JSON.toJson(this) + "\n";
    }

    /**
     * Reads a manifest.
     *
     * @param file where the text is from
     * @throws UserException if it is none, or one of a newer format
     */
    static Manifest parse(String json, Path file) {
        Manifest manifest;
        try {
            manifest = JSON.fromJson(json, Manifest.class);
        } catch (JsonParseException e) {
            throw none(file, "no JSON");
        }
        if (manifest == null || !FORMAT.equals(manifest.format)) {
            throw none(file, "another format");
        }
        if (manifest.version != VERSION) {
            throw new UserException(
                    ExitCode.DATA,
                    "%s: the bundle is of format version %d, this build reads %d: use the build that it names, %s"
                            .formatted(file, manifest.version, VERSION, manifest.coffey));
        }
        boolean complete = Stream.of(
                        manifest.coffey,
                        manifest.run,
                        manifest.scoredRun,
                        manifest.digestBefore,
                        manifest.digestAfter,
                        manifest.environment,
                        manifest.partitions,
                        manifest.files)
                .noneMatch(field -> field == null);
        if (!complete
                || !RUN.matcher(manifest.run).matches()
                || !RUN.matcher(manifest.scoredRun).matches()
                || !manifest.files.stream().allMatch(Manifest::legal)) {
            throw none(file, "one with missing or illegal fields");
        }
        return manifest;
    }

    /** Names stay inside the bundle, whoever wrote the manifest. */
    private static boolean legal(BundledFile file) {
        return file != null
                && file.name != null
                && file.sha256 != null
                && NAME.matcher(file.name).matches();
    }

    private static UserException none(Path file, String found) {
        return new UserException(
                ExitCode.DATA, "%s: expected the manifest of a bundle, found %s".formatted(file, found));
    }
}
