// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import java.io.IOException;
import java.util.Map;

/** Kubernetes' own kinds, as its API's model has them. */
final class Kubernetes {

    private static final Map<String, Check> KINDS = Map.of(
            "v1/ConfigMap", V1ConfigMap::validateJsonElement,
            "apps/v1/Deployment", V1Deployment::validateJsonElement,
            "batch/v1/Job", V1Job::validateJsonElement,
            "policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
            "networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::validateJsonElement,
            "keda.sh/v1alpha1/ScaledObject", element -> Keda.check(element.getAsJsonObject()));

    private Kubernetes() {}

    @FunctionalInterface
    private interface Check {
        void accept(JsonElement element) throws IOException;
    }

    /**
     * Checks a resource.
     *
     * @throws IllegalArgumentException naming what is unknown, missing or of the wrong type
     */
    static void check(JsonObject resource) {
        String kind = resource.get("apiVersion").getAsString() + "/"
                + resource.get("kind").getAsString();
        Check check = KINDS.get(kind);
        if (check == null) {
            throw new IllegalArgumentException("no model of kind " + kind);
        }
        try {
            check.accept(resource);
        } catch (IOException e) {
            throw new IllegalArgumentException(kind + ": " + e.getMessage(), e);
        }
    }
}
