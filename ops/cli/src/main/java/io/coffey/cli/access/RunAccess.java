// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.access;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import io.coffey.cli.run.LocalRunSettings;
import io.coffey.rollout.kafka.RolloutService;
import io.coffey.scorer.TeacherChoice;
import io.coffey.scorer.TeacherSection;
import io.coffey.scorer.kafka.ScorerService;
import io.coffey.stream.Topics;
import io.coffey.trainer.kafka.TrainerService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The least that each role of a run needs on its cluster: the one table that access checks, resources of operators and
 * the documentation come from. Reading and writing include describing.
 *
 * @param run name of the run
 * @param source the run whose scored records are trained: itself, or another
 * @param parent the run that batches are taken from; empty for a run that chooses by itself
 * @param teacherFollows whether the teacher's weights are those that the trainer publishes
 */
public record RunAccess(String run, String source, Optional<String> parent, boolean teacherFollows) {

    /** That of a run that samples by itself, with a teacher of its own. */
    public static RunAccess of(String run) {
        return new RunAccess(run, run, Optional.empty(), false);
    }

    /** That of the run of a run file. */
    public static RunAccess of(LocalRunSettings settings) {
        String run = settings.run().name();
        TeacherSection.Origin origin = TeacherChoice.origin(settings.teacher());
        return new RunAccess(
                run,
                settings.trainer().reads().orElse(run),
                settings.trainer().fork().of(),
                origin == TeacherSection.Origin.EMA || origin == TeacherSection.Origin.LIVE);
    }

    /** What a role needs, in the order of its work. */
    public List<Grant> grants(Role role) {
        Topics topics = new Topics(run);
        return switch (role) {
            case TOPICS -> List.of(Grant.topics(run + ".", CREATE, DESCRIBE, DESCRIBE_CONFIGS));
            case LOAD ->
                List.of(
                        Grant.topics(run + ".", DESCRIBE, DESCRIBE_CONFIGS),
                        Grant.topic(topics.schemas(), READ, WRITE),
                        Grant.topic(topics.prompts(), READ, WRITE),
                        Grant.of(TRANSACTIONAL_ID, run + ".load", LITERAL, WRITE));
            case ROLLOUT -> rollout(topics);
            case SCORER -> scorer(topics);
            case TRAINER -> trainer(topics);
            case EVALUATOR ->
                List.of(
                        Grant.topic(topics.schemas(), READ),
                        Grant.topic(topics.policyVersions(), READ),
                        Grant.topic(topics.policyWeights(), READ),
                        Grant.topic(topics.evaluations(), READ, WRITE));
            case OBSERVER ->
                List.of(
                        Grant.topics(run + ".", READ, DESCRIBE_CONFIGS),
                        Grant.of(GROUP, run + ".", PREFIXED, DESCRIBE));
        };
    }

    /** Whether the table lets a role do something. */
    public boolean allows(Role role, ResourceType type, String name, AclOperation operation) {
        return grants(role).stream().anyMatch(grant -> grant.allows(type, name, operation));
    }

    private List<Grant> rollout(Topics topics) {
        return List.of(
                Grant.topic(topics.schemas(), READ),
                Grant.topic(topics.rolloutRequests(), READ),
                Grant.topic(topics.policyVersions(), READ),
                Grant.topic(topics.policyWeights(), READ),
                Grant.topic(topics.trajectories(), WRITE),
                Grant.topic(topics.deadLetter(topics.rolloutRequests()), WRITE),
                Grant.of(GROUP, RolloutService.group(run), LITERAL, READ),
                Grant.of(TRANSACTIONAL_ID, run + ".rollout.", PREFIXED, WRITE));
    }

    private List<Grant> scorer(Topics topics) {
        List<Grant> grants = new ArrayList<>(List.of(
                Grant.topic(topics.schemas(), READ),
                Grant.topic(topics.prompts(), READ),
                Grant.topic(topics.trajectories(), READ)));
        if (teacherFollows) {
            grants.add(Grant.topic(topics.policyVersions(), READ));
            grants.add(Grant.topic(topics.policyWeights(), READ));
        }
        grants.addAll(List.of(
                Grant.topic(topics.scoredTrajectories(), WRITE),
                Grant.topic(topics.deadLetter(topics.trajectories()), WRITE),
                Grant.of(GROUP, ScorerService.group(run), LITERAL, READ),
                Grant.of(TRANSACTIONAL_ID, run + ".scorer.", PREFIXED, WRITE)));
        return grants;
    }

    private List<Grant> trainer(Topics topics) {
        List<Grant> grants = new ArrayList<>(List.of(
                Grant.topic(topics.schemas(), READ),
                Grant.topic(topics.prompts(), READ),
                Grant.topic(new Topics(source).scoredTrajectories(), READ)));
        Stream.concat(Stream.of(source), parent.stream())
                .filter(other -> !other.equals(run))
                .distinct()
                .map(other -> Grant.topic(new Topics(other).trainingSteps(), READ))
                .forEach(grants::add);
        Function<String, Grant> deadLetters = topic -> Grant.topic(topics.deadLetter(topic), WRITE);
        grants.addAll(List.of(
                Grant.topic(topics.trajectories(), DESCRIBE), // counts them, to see that the log is whole
                Grant.topic(topics.trainingSteps(), READ, WRITE),
                Grant.topic(topics.rolloutRequests(), WRITE),
                Grant.topic(topics.policyVersions(), WRITE),
                Grant.topic(topics.policyWeights(), WRITE),
                deadLetters.apply(topics.prompts()),
                deadLetters.apply(topics.scoredTrajectories()),
                Grant.of(GROUP, TrainerService.group(run), LITERAL, READ),
                Grant.of(TRANSACTIONAL_ID, "trainer-" + run, LITERAL, WRITE)));
        return grants;
    }
}
