// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Operations that somebody may do on a resource.
 *
 * @param resource what on: one thing, or all whose names have a prefix
 * @param operations which
 */
public record Grant(ResourcePattern resource, Set<AclOperation> operations) {

    public Grant {
        operations = Set.copyOf(operations);
    }

    static Grant topic(String name, AclOperation... operations) {
        return of(ResourceType.TOPIC, name, PatternType.LITERAL, operations);
    }

    static Grant topics(String prefix, AclOperation... operations) {
        return of(ResourceType.TOPIC, prefix, PatternType.PREFIXED, operations);
    }

    static Grant of(ResourceType type, String name, PatternType pattern, AclOperation... operations) {
        return new Grant(new ResourcePattern(type, name, pattern), EnumSet.copyOf(Arrays.asList(operations)));
    }

    /** Whether it allows an operation on the resource of that very name. */
    boolean allows(ResourceType type, String name, AclOperation operation) {
        boolean named = resource.patternType() == PatternType.PREFIXED
                ? name.startsWith(resource.name())
                : name.equals(resource.name());
        return resource.resourceType() == type && named && operations.contains(operation);
    }
}
