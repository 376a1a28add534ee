// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.access;

import io.coffey.stream.TopicSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;

/**
 * A run's topics and users as resources of Strimzi, the operator of Kafka on Kubernetes: YAML documents, each beginning
 * with {@code ---}.
 */
public final class StrimziResources {

    private static final String API = "kafka.strimzi.io/v1";

    private final String cluster;
    private final List<String> lines = new ArrayList<>();

    private StrimziResources(String cluster) {
        this.cluster = cluster;
    }

    /**
     * The topics.
     *
     * @param cluster name of the Kafka resource
     */
    public static List<String> topics(String cluster, List<TopicSpec> topics) {
        StrimziResources resources = new StrimziResources(cluster);
        topics.forEach(resources::topic);
        return resources.lines;
    }

    /**
     * A user for each role, with its grants.
     *
     * @param cluster name of the Kafka resource
     * @param authentication how users prove who they are: {@code scram-sha-512} or {@code tls}
     */
    public static List<String> users(String cluster, String authentication, RunAccess access, Collection<Role> roles) {
        StrimziResources resources = new StrimziResources(cluster);
        roles.forEach(role -> resources.user(authentication, access, role));
        return resources.lines;
    }

    /** A name that Kubernetes takes. */
    static String resourceName(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void topic(TopicSpec topic) {
        head("KafkaTopic", topic.name());
        lines.add("  topicName: " + topic.name());
        lines.add("  partitions: " + topic.partitions());
        lines.add("  replicas: " + topic.replication());
        lines.add("  config:");
        new TreeMap<>(topic.config()).forEach((key, value) -> lines.add("    %s: \"%s\"".formatted(key, value)));
    }

    private void user(String authentication, RunAccess access, Role role) {
        head("KafkaUser", AccessTable.user(access, role));
        lines.addAll(List.of(
                "  authentication:",
                "    type: " + authentication,
                "  authorization:",
                "    type: simple",
                "    acls:"));
        for (Grant grant : access.grants(role)) {
            lines.addAll(List.of(
                    "      - resource:",
                    "          type: " + type(grant),
                    "          name: " + grant.resource().name(),
                    "          patternType: "
                            + (grant.resource().patternType() == PatternType.PREFIXED ? "prefix" : "literal"),
                    "        operations: [%s]".formatted(operations(grant))));
        }
    }

    private void head(String kind, String name) {
        lines.addAll(List.of(
                "---",
                "apiVersion: " + API,
                "kind: " + kind,
                "metadata:",
                "  name: " + resourceName(name),
                "  labels:",
                "    strimzi.io/cluster: " + cluster,
                "spec:"));
    }

    private static String operations(Grant grant) {
        return AccessTable.operations(grant)
                .map(AclOperation::name)
                .map(AccessTable::camel)
                .collect(Collectors.joining(", "));
    }

    private static String type(Grant grant) {
        String name = AccessTable.camel(grant.resource().resourceType().name());
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
