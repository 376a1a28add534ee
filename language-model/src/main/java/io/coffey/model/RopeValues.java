// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.util.Set;

/**
 * What a config says of its rotary embedding: {@code rope_theta} and {@code rope_scaling}, or, in newer files,
 * {@code rope_parameters} with both.
 *
 * @param theta the base
 * @param scaling the stretch
 */
record RopeValues(double theta, RopeScaling scaling) {

    private static final Set<String> COMMON = Set.of("rope_type", "type", "rope_theta");
    private static final Set<String> LINEAR = Set.of("factor");
    private static final Set<String> LLAMA3 =
            Set.of("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings");

    /** Reads them; what is wrong becomes a problem of the config. */
    static RopeValues of(ConfigValues config) {
        double theta = config.positiveOr("rope_theta", 10_000);
        boolean newer = config.has("rope_parameters");
        if (newer && config.has("rope_scaling")) {
            config.problem("rope_scaling: expected nothing beside rope_parameters, found both");
        }
        ConfigValues values = config.section(newer ? "rope_parameters" : "rope_scaling");
        if (newer) {
            theta = values.positiveOr("rope_theta", theta);
        }
        return new RopeValues(theta, scaling(values));
    }

    private static RopeScaling scaling(ConfigValues values) {
        if (values.isEmpty()) {
            return RopeScaling.NONE;
        }
        String type = values.text(values.has("rope_type") ? "rope_type" : "type");
        if (values.has("rope_type") && values.has("type")) {
            values.requireText("type", type);
        }
        switch (type) {
            case "" -> {
                return RopeScaling.NONE; // a problem already
            }
            case "default" -> {
                values.requireNoKeysBut(COMMON, Set.of());
                return RopeScaling.NONE;
            }
            case "linear" -> {
                values.requireNoKeysBut(COMMON, LINEAR);
                return RopeScaling.linear(values.positive("factor"));
            }
            case "llama3" -> {
                values.requireNoKeysBut(COMMON, LLAMA3);
                double low = values.positive("low_freq_factor");
                double high = values.positive("high_freq_factor");
                if (high <= low) {
                    values.problem(
                            "high_freq_factor", "expected more than low_freq_factor %s, found %s".formatted(low, high));
                    return RopeScaling.NONE;
                }
                int original = values.size("original_max_position_embeddings");
                return RopeScaling.llama3(values.positive("factor"), low, high, original);
            }
            default -> {
                values.problem(
                        "rope_type",
                        "expected \"default\", \"linear\" or \"llama3\", found \"%s\": not supported".formatted(type));
                return RopeScaling.NONE;
            }
        }
    }
}
