// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that explains how to add an objective has one that compiles and trains. */
class AddingOneTest {

    private static final Path PAGE = Path.of(System.getProperty("coffey.root"), "docs", "objectives", "adding-one.md");
    private static final Pattern CODE = Pattern.compile("```(java|python)\n(.*?)```", Pattern.DOTALL);
    private static final double[] Q = {0.5, 0.3, 0.2};
    private static final double[] P = {0.7, 0.2, 0.1};

    @TempDir
    private Path sources;

    private final List<Path> written = new ArrayList<>();

    @AfterEach
    void remove() throws IOException {
        for (Path file : written) {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void theObjectiveOfThePageIsWhatThePageSays() throws Exception {
        Objective objective = build(Map.of());
        double[][] rows = {Distributions.log(Q), Distributions.log(Q), Distributions.log(Q)};
        double[][] teacher = {Distributions.log(P), Distributions.log(P), Distributions.log(P)};
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(teacher, 0, 1, 2).behavior(Distributions.log(Q)).scored(0)));

        Evaluated evaluated = Evaluated.of(objective, rows, batch, 1);

        assertThat(evaluated.loss()).isCloseTo(0.056607 + 0.082201 + 0.240227, within(1e-6));
        assertThat(evaluated.expectedGradient(Q))
                .containsExactly(new double[] {-0.214253, 0.094030, 0.120223}, within(1e-6));
        assertThat(evaluated.sums()).containsEntry("tokens", 3.0).containsKey("squaredLogRatio");
        assertThat(objective.settings()).containsEntry("coefficient", "1.0").containsEntry("mean", "tokens");
    }

    /**
     * Compiles the page's class into the package where the test's own classes lie, with the page's script beside it.
     */
    private Objective build(Map<String, String> settings) throws Exception {
        Matcher code = CODE.matcher(Files.readString(PAGE));
        assertThat(code.find()).isTrue();
        Path source = sources.resolve("SquaredLogRatio.java");
        Files.writeString(source, code.group(2));
        assertThat(code.find()).isTrue();
        Path compiled = place("SquaredLogRatio.class");
        Files.writeString(place("SquaredLogRatio.py"), code.group(2));
        compile(source);
        assertThat(compiled).exists();
        Constructor<?> constructor = Class.forName("io.coffey.distillation.objective.SquaredLogRatio")
                .getDeclaredConstructor(SettingsBinder.class);
        return (Objective) constructor.newInstance(new SettingsBinder("squared-log-ratio", settings));
    }

    private Path place(String name) throws URISyntaxException {
        Path file = root().resolve("io/coffey/distillation/objective").resolve(name);
        written.add(file);
        return file;
    }

    private static Path root() throws URISyntaxException {
        return Path.of(AddingOneTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static void compile(Path source) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    Arrays.asList("-proc:none", "--release", "17", "-cp", classPath, "-d", root().toString());
            boolean compiled = compiler.getTask(
                            problems, files, null, options, null, files.getJavaFileObjects(source.toFile()))
                    .call();
            assertThat(compiled).as(problems.toString()).isTrue();
        }
    }
}
