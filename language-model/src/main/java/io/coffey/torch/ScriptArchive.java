// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The file format that libtorch loads: a zip of stored entries, the text and a pickled object without fields. */
final class ScriptArchive {

    private static final String CLASS_HEADER = """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;

    private ScriptArchive() {}

    /** The archive of a module whose methods are the text. */
    static byte[] of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "m/data.pkl", modulePickle());
            store(zip, "m/code/__torch__.py", ascii(CLASS_HEADER + methods.indent(2)));
            store(zip, "m/constants.pkl", ascii("\u0080\u0002)."));
            store(zip, "m/version", ascii("10\n")); // operators as libtorch has had them since 1.13
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Pickle protocol 2 of {@code M()} with the state {@code {"training": True}}. */
    private static byte[] modulePickle() {
        String training = "training";
        return ascii(
                "\u0080\u0002c__torch__\nM\n)\u0081}(X" + (char) training.length() + "\0\0\0" + training + "\u0088ub.");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
