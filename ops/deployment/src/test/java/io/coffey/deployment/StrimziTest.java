// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonObject;
import io.strimzi.api.kafka.model.common.UnknownPropertyPreserving;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resources of Strimzi, by its own model: what it does not know is kept apart there, and what it cannot read is lost.
 */
class StrimziTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Values that the model leaves out when it writes, because they are what holds without them. */
    private static final Set<String> DEFAULTS = Set.of("literal");

    private static final Map<String, Class<?>> KINDS = Map.of(
            "Kafka", Kafka.class,
            "KafkaNodePool", KafkaNodePool.class,
            "KafkaTopic", KafkaTopic.class,
            "KafkaUser", KafkaUser.class);

    @ParameterizedTest
    @ValueSource(strings = {"kafka.yaml", "topics.yaml", "users.yaml"})
    void areUnderstoodWhole(String file) throws Exception {
        List<JsonObject> resources =
                Manifests.of(Manifests.OPS.resolve("strimzi").resolve(file));

        assertThat(resources).isNotEmpty();
        for (JsonObject resource : resources) {
            assertThat(problems(resource)).as("%s", resource.get("metadata")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.yaml, 'replicas: 3', 'replica: 3', replica",
        "kafka.yaml, '    - controller', '    - leader', leader",
        "topics.yaml, 'partitions: 12', 'partition: 12', partition",
        "users.yaml, 'patternType: prefix', 'patternType: prefixed', prefixed",
        "users.yaml, 'operations: [Read]', 'operations: [Reed]', Reed",
        "users.yaml, 'type: scram-sha-512', 'type: scram-sha-1', scram-sha-1"
    })
    void aPlantedErrorIsCaught(String file, String right, String wrong, String named) throws Exception {
        String text = Manifests.text(Manifests.OPS.resolve("strimzi").resolve(file));
        assertThat(text).contains(right);

        List<String> problems = new ArrayList<>();
        for (JsonObject resource : Manifests.of(text.replace(right, wrong))) {
            problems.addAll(problems(resource));
        }

        assertThat(problems).isNotEmpty().anyMatch(problem -> problem.contains(named));
    }

    @Test
    void onlyTheTrainersUserMayWriteWeights() {
        assertThat(Manifests.of(Manifests.OPS.resolve("strimzi").resolve("users.yaml")))
                .filteredOn(
                        user -> user
                                .getAsJsonObject("spec")
                                .getAsJsonObject("authorization")
                                .getAsJsonArray("acls")
                                .asList()
                                .stream()
                                .map(Object::toString)
                                .anyMatch(acl -> acl.contains("policy-weights") && acl.contains("Write")))
                .extracting(user -> user.getAsJsonObject("metadata").get("name").getAsString())
                .containsExactly("sum-opd-trainer");
    }

    private static List<String> problems(JsonObject resource) throws Exception {
        List<String> problems = new ArrayList<>();
        if (!resource.get("apiVersion").getAsString().equals("kafka.strimzi.io/v1")) {
            problems.add("apiVersion " + resource.get("apiVersion"));
        }
        JsonNode given = JSON.readTree(resource.toString());
        Object model;
        try {
            model = JSON.treeToValue(given, KINDS.get(resource.get("kind").getAsString()));
        } catch (JsonProcessingException e) {
            // What it cannot even begin to read.
            return List.of(String.valueOf(e.getMessage()));
        }
        unknown("", model, problems);
        lost("", given, JSON.valueToTree(model), problems);
        return problems;
    }

    /** What the model keeps apart because it has no field for it. */
    private static void unknown(String path, Object value, List<String> problems) throws Exception {
        if (value instanceof Collection<?> elements) {
            for (Object element : elements) {
                unknown(path + "[]", element, problems);
            }
        } else if (value instanceof UnknownPropertyPreserving preserving) {
            if (preserving.getAdditionalProperties() != null) {
                preserving.getAdditionalProperties().keySet().forEach(name -> problems.add(path + "." + name));
            }
            for (Method method : value.getClass().getMethods()) {
                if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
                    unknown(path + "." + method.getName().substring(3), method.invoke(value), problems);
                }
            }
        }
    }

    /** What was given and is not there when the model is written again, such as an enumeration's unknown value. */
    private static void lost(String path, JsonNode given, JsonNode kept, List<String> problems) {
        if (path.equals(".apiVersion") || DEFAULTS.contains(given.asText())) {
            return;
        }
        if (kept == null || kept.isNull()) {
            problems.add(path + ": lost " + given);
        } else if (given.isObject()) {
            given.properties()
                    .forEach(field ->
                            lost(path + "." + field.getKey(), field.getValue(), kept.get(field.getKey()), problems));
        } else if (given.isArray()) {
            for (int i = 0; i < given.size(); i++) {
                lost(path + "[" + i + "]", given.get(i), kept.get(i), problems);
            }
        } else if (!given.asText().equals(kept.asText())) {
            problems.add(path + ": given " + given + ", read as " + kept);
        }
    }
}
