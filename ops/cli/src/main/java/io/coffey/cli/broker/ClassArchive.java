// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The broker's class path and, beside Coffey's jar, an archive of its parsed classes that halves the time to start. The
 * first broker writes the archive when it ends; it is named by the class path, so that another build never meets it.
 */
final class ClassArchive {

    private final String classPath;
    private final @Nullable Path archive;
    private final @Nullable Path draft;

    private ClassArchive(String classPath, @Nullable Path archive) {
        this.classPath = classPath;
        this.archive = archive;
        this.draft = archive == null ? null : archive.resolveSibling(archive.getFileName() + "." + UUID.randomUUID());
    }

    /** The class path of this process; without an archive where Coffey's classes are a folder and not a jar. */
    static ClassArchive ofThisProcess() throws IOException {
        Path own = Path.of(BrokerMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        List<String> entries = new ArrayList<>();
        entries.add(own.toString());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.endsWith(".jar") && !Path.of(entry).equals(own)) {
                entries.add(entry);
            }
        }
        String classPath = String.join(File.pathSeparator, entries);
        Path folder = own.toAbsolutePath().getParent();
        if (Files.isDirectory(own) || folder == null || !Files.isWritable(folder)) {
            return new ClassArchive(classPath, null);
        }
        return new ClassArchive(classPath, folder.resolve("broker-" + fingerprint(entries) + ".jsa"));
    }

    String classPath() {
        return classPath;
    }

    List<String> options() {
        if (archive == null || draft == null) {
            return List.of();
        }
        return Files.exists(archive)
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable")
                : List.of("-XX:ArchiveClassesAtExit=" + draft, "-Xlog:disable");
    }

    /** After a clean end: what the process archived becomes the archive of the next ones. */
    void adopt() throws IOException {
        if (archive != null && draft != null && Files.exists(draft)) {
            Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** After a kill: half an archive is none. */
    void discard() throws IOException {
        if (draft != null) {
            Files.deleteIfExists(draft);
        }
    }

    private static String fingerprint(List<String> entries) throws IOException {
        StringBuilder text = new StringBuilder(System.getProperty("java.vm.version"));
        for (String entry : entries) {
            Path jar = Path.of(entry);
            text.append('\n').append(entry);
            if (Files.exists(jar)) {
                text.append(' ').append(Files.size(jar)).append(' ').append(Files.getLastModifiedTime(jar));
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return Long.toHexString(Integer.toUnsignedLong(Arrays.hashCode(bytes)));
    }
}
