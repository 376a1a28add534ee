// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.cli.run.LocalRunSettings;
import io.coffey.stream.Topics;
import java.util.List;
import java.util.Locale;

/** A process of a run, and what the broker has to let its user do. */
public enum Role {
    /** Makes the log ready. */
    LOAD,
    /** Samples. */
    ROLLOUT,
    /** Scores. */
    SCORER,
    /** Trains. */
    TRAINER;

    /**
     * Topics that it reads.
     *
     * @param topics the run's
     * @param source those of the run whose scored records are trained: itself, or another
     */
    List<String> reads(Topics topics, Topics source) {
        return switch (this) {
            case LOAD -> List.of(topics.prompts());
            case ROLLOUT ->
                List.of(topics.schemas(), topics.rolloutRequests(), topics.policyVersions(), topics.policyWeights());
            case SCORER -> List.of(topics.schemas(), topics.prompts(), topics.trajectories());
            case TRAINER ->
                List.of(topics.schemas(), topics.prompts(), source.scoredTrajectories(), topics.trainingSteps());
        };
    }

    /** Topics that it writes. */
    List<String> writes(Topics topics) {
        return switch (this) {
            case LOAD -> List.of(topics.schemas(), topics.prompts());
            case ROLLOUT -> List.of(topics.trajectories(), topics.deadLetter(topics.rolloutRequests()));
            case SCORER -> List.of(topics.scoredTrajectories(), topics.deadLetter(topics.trajectories()));
            case TRAINER ->
                List.of(
                        topics.trainingSteps(),
                        topics.rolloutRequests(),
                        topics.policyVersions(),
                        topics.policyWeights(),
                        topics.deadLetter(topics.scoredTrajectories()));
        };
    }

    /** Consumer groups that it commits offsets under. */
    List<String> groups(String run) {
        return this == LOAD ? List.of() : List.of(run + "." + word());
    }

    /** Transactional ids that it writes under. */
    List<String> transactionalIds(LocalRunSettings settings) {
        String run = settings.run().name();
        return switch (this) {
            case LOAD -> List.of();
            case ROLLOUT -> List.of(run + ".rollout." + settings.rollout().workerId());
            case SCORER -> List.of(run + ".scorer." + settings.scorer().workerId());
            case TRAINER -> List.of("trainer-" + run);
        };
    }

    /** It in a sentence. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
