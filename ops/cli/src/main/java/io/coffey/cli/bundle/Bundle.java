// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A folder with a run in it, whose every byte was found to be what its manifest says.
 *
 * @param path the folder
 * @param manifest what it says of itself
 */
record Bundle(Path path, Manifest manifest) {

    /** The settings of the run, as a run file. */
    static final String RUN_FILE = "run.yaml";
    /** The student with which the run began. */
    static final String STUDENT = "student";
    /** Where a preference run started to train. */
    static final String WARMED_UP = "warm-up";
    /** SHA-256 of the manifest, as {@code sha256sum -c} reads it. */
    static final String MANIFEST_SUM = "manifest.sha256";

    /**
     * Opens a bundle and reads all of it.
     *
     * @param checking told of each file before it is read
     * @throws UserException naming the first file that is missing, cut or changed
     */
    static Bundle open(Path path, Consumer<String> checking) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new UserException(ExitCode.DATA, "%s: expected the folder of a bundle, found none".formatted(path));
        }
        Path manifestFile = path.resolve(Manifest.FILE);
        String json = text(manifestFile);
        String sum = text(path.resolve(MANIFEST_SUM));
        if (!sum.equals(manifestSum(json))) {
            throw changed(manifestFile, DigestUtils.sha256Hex(json), sum.split(" ", 2)[0]);
        }
        Manifest manifest = Manifest.parse(json, manifestFile);
        for (Manifest.BundledFile file : manifest.files()) {
            checking.accept(file.name());
            require(path.resolve(file.name()), file);
        }
        return new Bundle(path, manifest);
    }

    private static void require(Path file, Manifest.BundledFile expected) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw missing(file);
        }
        long bytes = Files.size(file);
        if (bytes != expected.bytes()) {
            throw new UserException(
                    ExitCode.DATA,
                    "%s: it has %,d bytes, the manifest says %,d: copy the bundle again"
                            .formatted(file, bytes, expected.bytes()));
        }
        String found = sha256(file);
        if (!found.equals(expected.sha256())) {
            throw changed(file, found, expected.sha256());
        }
    }

    /** What the manifest says of a file; refuses one that it does not name. */
    Path file(String name) {
        if (manifest.files().stream().noneMatch(file -> file.name().equals(name))) {
            throw new UserException(
                    ExitCode.DATA, "%s: the manifest names no file %s, which every bundle has".formatted(path, name));
        }
        return path.resolve(name);
    }

    /** The manifest's entry of a file that is on disk. */
    static Manifest.BundledFile entry(Path bundle, String name, long records) throws IOException {
        Path file = bundle.resolve(name);
        return new Manifest.BundledFile(name, Files.size(file), sha256(file), records);
    }

    /** What {@value #MANIFEST_SUM} holds beside a manifest. */
    static String manifestSum(String json) {
        return DigestUtils.sha256Hex(json) + "  " + Manifest.FILE + "\n";
    }

    /** By name, all files below a folder of the bundle. */
    static List<String> files(Path bundle, String folder) throws IOException {
        try (Stream<Path> files = Files.list(bundle.resolve(folder))) {
            return files.map(file -> folder + "/" + file.getFileName()).sorted().toList();
        }
    }

    /** Brings a folder and all in it to the disk. */
    static void sync(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                force(path);
            }
        }
    }

    /** Brings a file, or the names in a folder, to the disk. */
    static void force(Path path) throws IOException {
        StandardOpenOption mode = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }

    /** Deletes a folder and all in it; does nothing where there is none. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw missing(file);
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return DigestUtils.sha256Hex(bytes);
        }
    }

    private static UserException missing(Path file) {
        return new UserException(ExitCode.DATA, "%s: missing from the bundle: copy the bundle again".formatted(file));
    }

    private static UserException changed(Path file, String found, String expected) {
        return new UserException(
                ExitCode.DATA,
                "%s: its sha256 is %.16s..., expected %.16s...: the file was changed, copy the bundle again"
                        .formatted(file, found, expected));
    }
}
