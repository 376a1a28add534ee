// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system of its own in a folder, as small as one likes. Needs the right to mount: without it a test is skipped.
 */
final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    static SmallDisk in(Path folder, int mebibytes) throws IOException {
        Files.createDirectories(folder);
        String said = says("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
        assumeTrue(said.isEmpty(), () -> "a full disk cannot be tried here: " + said);
        return new SmallDisk(folder);
    }

    void resize(int mebibytes) throws IOException {
        assertThat(says("mount", "-o", "remount,size=" + mebibytes + "m", folder.toString()))
                .isEmpty();
    }

    /** Leaves no room for another byte. */
    void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream filler = Files.newOutputStream(folder.resolve("filler"))) {
            while (true) {
                filler.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessage("No space left on device");
        }
    }

    @Override
    public void close() throws IOException {
        assertThat(says("umount", "-l", folder.toString())).isEmpty();
    }

    private static String says(String... command) throws IOException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.onExit().join().exitValue();
        return exitCode == 0 ? said : said + "exit " + exitCode;
    }
}
