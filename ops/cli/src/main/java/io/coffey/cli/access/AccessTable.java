// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/** The grants of a run as text: a table to read, and commands for a cluster's administrator. */
public final class AccessTable {

    private AccessTable() {}

    /** A Markdown table, a line a grant. */
    public static List<String> markdown(RunAccess access, Collection<Role> roles) {
        List<String> lines = new ArrayList<>(List.of("| role | may | on |", "|---|---|---|"));
        for (Role role : roles) {
            for (Grant grant : access.grants(role)) {
                lines.add("| %s | %s | %s `%s` |"
                        .formatted(
                                role.word(),
                                operations(grant).map(AclOperation::name).collect(Collectors.joining(", ")),
                                thing(grant),
                                grant.resource().name()));
            }
        }
        return lines;
    }

    /** A call of Kafka's {@code kafka-acls.sh} for each grant, for users that are named RUN-ROLE. */
    public static List<String> commands(RunAccess access, Collection<Role> roles) {
        List<String> lines = new ArrayList<>();
        for (Role role : roles) {
            for (Grant grant : access.grants(role)) {
                lines.add(
                        "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add --allow-principal User:%s %s --%s %s --resource-pattern-type %s"
                                .formatted(
                                        user(access, role),
                                        operations(grant)
                                                .map(operation -> "--operation " + camel(operation.name()))
                                                .collect(Collectors.joining(" ")),
                                        option(grant.resource().resourceType()),
                                        grant.resource().name(),
                                        spelling(grant.resource().patternType())));
            }
        }
        return lines;
    }

    /** The user of a role. */
    static String user(RunAccess access, Role role) {
        return access.run() + "-" + role.word();
    }

    /** Operations in a fixed order. */
    static Stream<AclOperation> operations(Grant grant) {
        return grant.operations().stream().sorted();
    }

    /** As in {@code DescribeConfigs}. */
    static String camel(String name) {
        return List.of(name.split("_")).stream()
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    static String spelling(PatternType pattern) {
        return pattern.name().toLowerCase(Locale.ROOT);
    }

    private static String option(ResourceType type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String thing(Grant grant) {
        String kind = option(grant.resource().resourceType()).replace('-', ' ');
        return grant.resource().patternType() == PatternType.LITERAL ? kind : kind + "s that begin with";
    }
}
