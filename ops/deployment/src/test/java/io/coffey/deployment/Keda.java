// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Set;

/**
 * KEDA's ScaledObject, as far as it is used here: KEDA has no model in Java, so these are its documented fields
 * (keda.sh/docs, reference of scaled objects, Prometheus scaler), by hand.
 */
final class Keda {

    private static final Set<String> SPEC = Set.of(
            "scaleTargetRef",
            "pollingInterval",
            "cooldownPeriod",
            "initialCooldownPeriod",
            "idleReplicaCount",
            "minReplicaCount",
            "maxReplicaCount",
            "fallback",
            "advanced",
            "triggers");

    private static final Set<String> TRIGGER =
            Set.of("type", "name", "metadata", "authenticationRef", "metricType", "useCachedMetrics");

    private static final Map<String, Set<String>> METADATA = Map.of(
            "prometheus",
            Set.of("serverAddress", "query", "threshold", "activationThreshold", "namespace", "ignoreNullValues"));

    private Keda() {}

    static void check(JsonObject resource) {
        JsonObject spec = resource.getAsJsonObject("spec");
        known("spec", spec, SPEC);
        required("spec", spec, Set.of("scaleTargetRef", "triggers"));
        required("spec.scaleTargetRef", spec.getAsJsonObject("scaleTargetRef"), Set.of("name"));
        for (String count : Set.of("pollingInterval", "cooldownPeriod", "minReplicaCount", "maxReplicaCount")) {
            if (spec.has(count) && !spec.getAsJsonPrimitive(count).isNumber()) {
                throw new IllegalArgumentException("spec." + count + ": expected a number, found " + spec.get(count));
            }
        }
        for (JsonElement element : spec.getAsJsonArray("triggers")) {
            trigger(element.getAsJsonObject());
        }
    }

    private static void trigger(JsonObject trigger) {
        known("trigger", trigger, TRIGGER);
        required("trigger", trigger, Set.of("type", "metadata"));
        String type = trigger.get("type").getAsString();
        JsonObject metadata = trigger.getAsJsonObject("metadata");
        known("trigger " + type, metadata, METADATA.getOrDefault(type, Set.of()));
        required("trigger " + type, metadata, Set.of("serverAddress", "query", "threshold"));
        metadata.entrySet().forEach(entry -> {
            if (!entry.getValue().getAsJsonPrimitive().isString()) {
                throw new IllegalArgumentException(
                        "trigger " + type + "." + entry.getKey() + ": expected a text, found " + entry.getValue());
            }
        });
    }

    private static void known(String where, JsonObject object, Set<String> names) {
        for (String name : object.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(where + ": unknown field " + name);
            }
        }
    }

    private static void required(String where, JsonObject object, Set<String> names) {
        for (String name : names) {
            if (!object.has(name)) {
                throw new IllegalArgumentException(where + ": missing field " + name);
            }
        }
    }
}
