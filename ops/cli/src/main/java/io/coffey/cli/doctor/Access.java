// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.cli.access.Grant;
import io.coffey.cli.access.Role;
import io.coffey.cli.access.RunAccess;
import io.coffey.cli.run.AdminAnswer;
import io.coffey.cli.run.LocalRunSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * What the broker lets the user of this run file do, role by role. Asks only; a transactional id is not used, which
 * would fence the process that writes under it, so that of ids it is known only whether they may be described.
 */
final class Access {

    private final Admin admin;
    private final LocalRunSettings settings;
    private final RunAccess access;
    private final Set<Role> roles;
    private final List<String> refusals = new ArrayList<>();

    private Access(Admin admin, LocalRunSettings settings, Set<Role> roles) {
        this.admin = admin;
        this.settings = settings;
        this.access = RunAccess.of(settings);
        this.roles = roles;
    }

    /** What is not allowed that the roles need, one line each; topics and groups that are not there are left out. */
    static List<String> refusals(Admin admin, LocalRunSettings settings, Set<Role> roles) {
        Access access = new Access(admin, settings, roles);
        access.topics();
        access.groups();
        access.transactionalIds();
        return access.refusals;
    }

    /**
     * What is missing of operations on one thing.
     *
     * @param thing its kind and name
     * @param needed by operation: the roles that need it
     * @param allowed what the user may do; absent where the broker does not say
     */
    static List<String> missing(
            String thing, Map<AclOperation, Set<Role>> needed, @Nullable Collection<AclOperation> allowed) {
        List<String> missing = new ArrayList<>();
        new TreeMap<>(needed).forEach((operation, whose) -> {
            if (allowed != null && !allowed.contains(operation) && !allowed.contains(AclOperation.ALL)) {
                missing.add("no %s of %s, which %s".formatted(operation, thing, need(whose)));
            }
        });
        return missing;
    }

    private static String need(Set<Role> whose) {
        List<String> words = whose.stream().map(Role::word).toList();
        return String.join(" and ", words) + (words.size() == 1 ? " needs" : " need");
    }

    private void topics() {
        Map<String, Map<AclOperation, Set<Role>>> needed = needed(ResourceType.TOPIC);
        admin.describeTopics(needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues()
                .forEach((name, future) -> ask("topic " + name, future)
                        .ifPresent(description -> refusals.addAll(missing(
                                "topic " + name,
                                needed.getOrDefault(name, Map.of()),
                                description.authorizedOperations()))));
    }

    private void groups() {
        Map<String, Map<AclOperation, Set<Role>>> needed = needed(ResourceType.GROUP);
        admin.describeConsumerGroups(
                        needed.keySet(), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups()
                .forEach((name, future) -> ask("group " + name, future)
                        .ifPresent(description -> refusals.addAll(missing(
                                "group " + name,
                                needed.getOrDefault(name, Map.of()),
                                description.authorizedOperations()))));
    }

    private void transactionalIds() {
        Set<String> ids = new TreeSet<>();
        roles.forEach(role -> grants(role, ResourceType.TRANSACTIONAL_ID)
                .forEach(grant -> ids.add(
                        grant.resource().patternType() == PatternType.LITERAL
                                ? grant.resource().name()
                                : grant.resource().name() + worker(role))));
        if (ids.isEmpty()) {
            return;
        }
        var answers = admin.describeTransactions(ids);
        ids.forEach(id -> ask("transactional id " + id, answers.description(id)));
    }

    private String worker(Role role) {
        return role == Role.SCORER
                ? settings.scorer().workerId()
                : settings.rollout().workerId();
    }

    /** What the roles need of single things of a kind; what concerns all with a prefix is for those who make them. */
    private Map<String, Map<AclOperation, Set<Role>>> needed(ResourceType type) {
        Map<String, Map<AclOperation, Set<Role>>> needed = new TreeMap<>();
        for (Role role : roles) {
            grants(role, type)
                    .filter(grant -> grant.resource().patternType() == PatternType.LITERAL)
                    .forEach(grant -> grant.operations()
                            .forEach(operation -> needed.computeIfAbsent(
                                            grant.resource().name(), name -> new TreeMap<>())
                                    .computeIfAbsent(operation, first -> new TreeSet<>())
                                    .add(role)));
        }
        return needed;
    }

    private Stream<Grant> grants(Role role, ResourceType type) {
        return access.grants(role).stream().filter(grant -> grant.resource().resourceType() == type);
    }

    private <T> Optional<T> ask(String thing, KafkaFuture<T> future) {
        try {
            return Optional.of(AdminAnswer.of(future));
        } catch (UnknownTopicOrPartitionException | GroupIdNotFoundException | TransactionalIdNotFoundException none) {
            return Optional.empty();
        } catch (AuthorizationException refused) {
            refusals.add("no DESCRIBE of " + thing);
            return Optional.empty();
        }
    }
}
