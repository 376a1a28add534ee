// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority of the test's, and key stores signed by it, made with the JDK's keytool. */
final class Certificates {

    static final String PASSWORD = "store-password";

    private final Path directory;
    private final Path authority;

    Certificates(Path directory) throws Exception {
        this.directory = directory;
        this.authority = directory.resolve("authority.p12");
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-keyalg", "EC", "-ext", "bc:c", "-validity", "30");
        Path certificate = directory.resolve("ca.pem");
        keytool("-exportcert", "-alias", "ca", "-rfc", "-file", certificate.toString());
        run("-importcert", "-noprompt", "-alias", "ca", "-file", certificate.toString(), "-keystore", trust());
    }

    /** The store of those who are trusted: the authority. */
    String trust() {
        return directory.resolve("trust.p12").toString();
    }

    /**
     * A key store with a signed certificate for the name, valid for a month.
     *
     * @param further further options of keytool's
     */
    String keys(String name, String... further) throws Exception {
        List<String> words = new ArrayList<>(
                List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-keyalg", "EC", "-signer", "ca"));
        words.addAll(List.of(further));
        keytool(words.toArray(String[]::new));
        String store = directory.resolve(name + ".p12").toString();
        run(
                "-importkeystore",
                "-noprompt",
                "-srckeystore",
                authority.toString(),
                "-srcstorepass",
                PASSWORD,
                "-srcalias",
                name,
                "-destkeystore",
                store,
                "-deststorepass",
                PASSWORD);
        return store;
    }

    private void keytool(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-keystore", authority.toString()));
        run(all.toArray(String[]::new));
    }

    private static void run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        if (!command.contains("-deststorepass")) {
            command.addAll(List.of("-storepass", PASSWORD));
        }
        command.add("-J-XX:TieredStopAtLevel=1");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ":\n" + output);
        }
    }
}
