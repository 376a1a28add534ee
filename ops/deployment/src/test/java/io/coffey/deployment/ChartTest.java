// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart, by Helm itself and by Kubernetes' model. */
class ChartTest {

    private static final Path CHART = Manifests.OPS.resolve("helm").resolve("coffey");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"complete", "minimal"})
    void lintsAndRendersWhatKubernetesTakes(String values) throws Exception {
        LintResult lint = new Helm(withValues(values)).lint().strict().call();

        assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
        assertThat(render(values)).isNotEmpty().allSatisfy(Kubernetes::check);
    }

    @Test
    void hasThreeDeploymentsOfWhichTheTrainerIsOneAndNeverTwo() throws Exception {
        List<JsonObject> rendered = render("complete");

        assertThat(of("Deployment", rendered)).hasSize(3);
        assertThat(of("Job", rendered)).hasSize(2);
        assertThat(of("PodDisruptionBudget", rendered)).hasSize(3);
        assertThat(of("ScaledObject", rendered)).hasSize(2);
        JsonObject trainer = named("test-trainer", of("Deployment", rendered)).getAsJsonObject("spec");
        assertThat(trainer.get("replicas").getAsInt()).isEqualTo(1);
        assertThat(trainer.getAsJsonObject("strategy").get("type").getAsString())
                .isEqualTo("Recreate");
    }

    @Test
    void everyPodIsRestricted() throws Exception {
        assertThat(render("complete"))
                .filteredOn(resource -> List.of("Deployment", "Job")
                        .contains(resource.get("kind").getAsString()))
                .allSatisfy(resource -> {
                    JsonObject pod = pod(resource);
                    JsonObject container =
                            pod.getAsJsonArray("containers").get(0).getAsJsonObject();
                    JsonObject security = container.getAsJsonObject("securityContext");
                    assertThat(pod.get("automountServiceAccountToken").getAsBoolean())
                            .isFalse();
                    assertThat(pod.get("enableServiceLinks").getAsBoolean()).isFalse();
                    assertThat(pod.getAsJsonObject("securityContext")
                                    .get("runAsNonRoot")
                                    .getAsBoolean())
                            .isTrue();
                    assertThat(pod.getAsJsonObject("securityContext")
                                    .getAsJsonObject("seccompProfile")
                                    .get("type")
                                    .getAsString())
                            .isEqualTo("RuntimeDefault");
                    assertThat(security.get("allowPrivilegeEscalation").getAsBoolean())
                            .isFalse();
                    assertThat(security.get("readOnlyRootFilesystem").getAsBoolean())
                            .isTrue();
                    assertThat(security.getAsJsonObject("capabilities")
                                    .get("drop")
                                    .toString())
                            .isEqualTo("[\"ALL\"]");
                    assertThat(container.get("image").getAsString()).contains("@sha256:");
                });
    }

    @Test
    void probesAskForProgressAndEachWorkerHasItsName() throws Exception {
        JsonObject scorer = container("test-scorer");

        assertThat(path(scorer, "startupProbe")).isEqualTo("/healthz/startup");
        assertThat(path(scorer, "livenessProbe")).isEqualTo("/healthz/live");
        assertThat(path(scorer, "readinessProbe")).isEqualTo("/healthz/ready");
        assertThat(scorer.get("args").toString()).isEqualTo("[\"start\",\"scorer\",\"/etc/coffey/run/run.yaml\"]");
        assertThat(scorer.get("env").toString()).contains("\"COFFEY_SCORER_WORKERID\",\"value\":\"$(POD_NAME)\"");
        assertThat(scorer.getAsJsonObject("resources")
                        .getAsJsonObject("limits")
                        .get("nvidia.com/gpu")
                        .getAsInt())
                .isEqualTo(1);
        assertThat(container("test-rollout").get("resources").toString()).doesNotContain("nvidia.com/gpu");
    }

    @ParameterizedTest
    @CsvSource({
        "rollout.replica, 3, replica",
        "trainer.replicas, 2, replicas",
        "rollout.replicas, many, replicas",
        "run.kafka.local, true, local",
        "run.run.name, a b, name",
        "image.tag, latest, tag",
        "scorer.terminationGracePeriodSeconds, 30, terminationGracePeriodSeconds",
        "run.kafka.properties.ssl\\.key\\.password, hunter2, properties"
    })
    void refusesValuesThatTheSchemaDoesNotKnow(String key, String value, String named) {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("test")
                        .withValuesFile(values("complete"))
                        .set(key, value)
                        .call())
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({
        "trainer.yaml, 'type: Recreate', 'typ: Recreate', typ",
        "workers.yaml, 'maxUnavailable:', 'maxUnavailible:', maxUnavailible",
        "_helpers.tpl, 'readOnlyRootFilesystem', 'readOnlyRootFileSystem', readOnlyRootFileSystem",
        "jobs.yaml, 'backoffLimit', 'backOffLimit', backOffLimit",
        "network.yaml, 'podSelector', 'podsSelector', podsSelector",
        "autoscaling.yaml, 'maxReplicaCount', 'maxReplicas', maxReplicas",
        "autoscaling.yaml, 'threshold: {{ $settings.autoscaling.lagPerReplica | quote }}', 'threshold: 5', threshold",
        "trainer.yaml, '.Values.finished', '.Values.finish.ed', finish"
    })
    void aPlantedErrorIsCaught(String template, String right, String wrong, String named) throws Exception {
        Path chart = withValues("complete");
        Path file = chart.resolve("templates").resolve(template);
        String text = Files.readString(file);
        assertThat(text).contains(right);
        Files.writeString(file, text.replace(right, wrong));

        assertThatThrownBy(() -> Manifests.of(
                                new Helm(chart).template().withName("test").call())
                        .forEach(Kubernetes::check))
                .hasMessageContaining(named);
    }

    private static String path(JsonObject container, String probe) {
        return container
                .getAsJsonObject(probe)
                .getAsJsonObject("httpGet")
                .get("path")
                .getAsString();
    }

    private static JsonObject container(String name) throws Exception {
        JsonArray containers =
                pod(named(name, of("Deployment", render("complete")))).getAsJsonArray("containers");
        return containers.get(0).getAsJsonObject();
    }

    private static JsonObject pod(JsonObject resource) {
        return resource.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec");
    }

    private static List<JsonObject> of(String kind, List<JsonObject> rendered) {
        return rendered.stream()
                .filter(resource -> resource.get("kind").getAsString().equals(kind))
                .toList();
    }

    private static JsonObject named(String name, List<JsonObject> rendered) {
        return rendered.stream()
                .filter(resource -> {
                    JsonElement found = resource.getAsJsonObject("metadata").get("name");
                    return found.getAsString().equals(name);
                })
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonObject> render(String values) throws Exception {
        return Manifests.of(new Helm(CHART)
                .template()
                .withName("test")
                .withValuesFile(values(values))
                .call());
    }

    private static Path values(String name) {
        return CHART.resolve("ci").resolve(name + ".yaml");
    }

    /** A copy of the chart whose own values are these: linting takes no others. */
    private Path withValues(String name) throws IOException {
        Path copy = directory.resolve("coffey");
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(CHART.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        Files.writeString(copy.resolve("values.yaml"), Manifests.merged(CHART.resolve("values.yaml"), values(name)));
        return copy;
    }
}
