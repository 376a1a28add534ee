// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {

    @TempDir
    private Path path;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(path.resolve("student"));
        Files.writeString(path.resolve("run.yaml"), "run:\n  name: sum\n");
        Files.writeString(path.resolve("student/config.json"), "{}");
        describe(Bundle.entry(path, "run.yaml", 0), Bundle.entry(path, "student/config.json", 0));
    }

    @Test
    void opensWhatItsManifestDescribes() throws Exception {
        List<String> checked = new ArrayList<>();

        Bundle bundle = Bundle.open(path, checked::add);

        assertThat(bundle.manifest().run()).isEqualTo("sum");
        assertThat(bundle.manifest().steps()).isEqualTo(8);
        assertThat(bundle.file("run.yaml")).isEqualTo(path.resolve("run.yaml"));
        assertThat(checked).containsExactly("run.yaml", "student/config.json");
        assertThat(bundle.manifest().files().get(1).sha256())
                .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }

    @Test
    void namesAFileThatWasChanged() throws Exception {
        Files.writeString(path.resolve("run.yaml"), "run:\n  name: sun\n");

        refuses(
                path.resolve("run.yaml") + ": its sha256 is ",
                "expected",
                "the file was changed, copy the bundle again");
    }

    @Test
    void namesAFileThatWasCut() throws Exception {
        Files.writeString(path.resolve("run.yaml"), "run:\n");

        refuses(path.resolve("run.yaml") + ": it has 5 bytes, the manifest says 17: copy the bundle again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run.yaml", "student/config.json", "manifest.json", "manifest.sha256"})
    void namesAFileThatIsMissing(String name) throws Exception {
        Files.delete(path.resolve(name));

        refuses(path.resolve(name) + ": missing from the bundle: copy the bundle again");
    }

    @Test
    void noticesAChangeOfTheManifestItself() throws Exception {
        Path manifest = path.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"steps\": 8", "\"steps\": 9"));

        refuses(manifest + ": its sha256 is ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "a/../../b", "a/b/c", ".hidden", "a/..", ""})
    void refusesANameThatLeadsOutOfTheBundle(String name) throws Exception {
        describe(new Manifest.BundledFile(name, 0, "00", 0));

        refuses("manifest.json: expected the manifest of a bundle, found one with missing or illegal fields");
    }

    @Test
    void refusesANewerFormatAndNamesTheBuildThatWroteIt() throws Exception {
        rewrite(Files.readString(path.resolve("manifest.json")).replace("\"version\": 1", "\"version\": 2"));

        refuses("the bundle is of format version 2, this build reads 1: use the build that it names, 0.1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "[]", "{}", "{\"format\": \"coffey-run-bundle\", \"version\": 1}"})
    void refusesWhatIsNoManifest(String json) throws Exception {
        rewrite(json);

        refuses("manifest.json: expected the manifest of a bundle, found ");
    }

    @Test
    void refusesWhatIsNoFolder() {
        assertThatThrownBy(() -> Bundle.open(path.resolve("none"), file -> {}))
                .isInstanceOf(UserException.class)
                .hasMessage(path.resolve("none") + ": expected the folder of a bundle, found none");
    }

    private void refuses(String... parts) {
        assertThatThrownBy(() -> Bundle.open(path, file -> {}))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
    }

    private void describe(Manifest.BundledFile... files) throws IOException {
        rewrite(new Manifest(
                        Manifest.FORMAT,
                        Manifest.VERSION,
                        "0.1.0",
                        "sum",
                        "sum",
                        8,
                        128,
                        0,
                        "aa",
                        "bb",
                        Map.of(),
                        Map.of("sum.prompts", 2),
                        List.of(files))
                .json());
    }

    private void rewrite(String json) throws IOException {
        Files.writeString(path.resolve("manifest.json"), json);
        Files.writeString(path.resolve("manifest.sha256"), Bundle.manifestSum(json));
    }
}
