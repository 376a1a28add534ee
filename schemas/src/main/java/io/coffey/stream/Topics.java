// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.util.regex.Pattern;

/**
 * The names of a run's topics.
 *
 * @param prefix what every name begins with, usually the name of the run
 */
public record Topics(String prefix) {

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}");

    public Topics {
        if (!LEGAL.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "prefix of topics is \"%s\", expected up to 100 letters, digits, hyphens and underscores, beginning with a letter or digit"
                            .formatted(prefix));
        }
    }

    public String prompts() {
        return name("prompts");
    }

    public String rolloutRequests() {
        return name("rollout-requests");
    }

    public String trajectories() {
        return name("trajectories");
    }

    public String scoredTrajectories() {
        return name("scored-trajectories");
    }

    public String trainingSteps() {
        return name("training-steps");
    }

    public String policyWeights() {
        return name("policy-weights");
    }

    public String policyVersions() {
        return name("policy-versions");
    }

    public String evaluations() {
        return name("evaluations");
    }

    public String schemas() {
        return name("schemas");
    }

    /** Where records of a topic go that nobody can use. */
    public String deadLetter(String topic) {
        return topic + ".dead-letter";
    }

    private String name(String topic) {
        return prefix + "." + topic;
    }
}
