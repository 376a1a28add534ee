// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.access.Role;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

class AccessTest {

    private static final Map<AclOperation, Set<Role>> NEEDED = Map.of(
            AclOperation.READ, new TreeSet<>(Set.of(Role.SCORER, Role.TRAINER)),
            AclOperation.WRITE, new TreeSet<>(Set.of(Role.LOAD)));

    @Test
    void namesTheOperationsThatAreMissingAndWhoNeedsThem() {
        assertThat(Access.missing("topic sum.prompts", NEEDED, EnumSet.of(AclOperation.DESCRIBE)))
                .containsExactly(
                        "no READ of topic sum.prompts, which scorer and trainer need",
                        "no WRITE of topic sum.prompts, which load needs");
    }

    @Test
    void isContentWithWhatIsAllowed() {
        assertThat(Access.missing("topic sum.prompts", NEEDED, EnumSet.of(AclOperation.READ, AclOperation.WRITE)))
                .isEmpty();
        assertThat(Access.missing("topic sum.prompts", NEEDED, EnumSet.of(AclOperation.ALL)))
                .isEmpty();
    }

    @Test
    void concludesNothingFromABrokerThatDoesNotSay() {
        assertThat(Access.missing("topic sum.prompts", NEEDED, null)).isEmpty();
    }
}
