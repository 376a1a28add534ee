// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class RunAccessTest {

    private static final RunAccess ACCESS = RunAccess.of("r");

    @Test
    void onlyTheTrainerWritesWeightsVersionsRequestsAndTheLedger() {
        for (String topic :
                List.of("r.policy-weights", "r.policy-versions", "r.rollout-requests", "r.training-steps")) {
            assertThat(writers(topic)).as(topic).containsExactly(Role.TRAINER);
        }
        assertThat(writers("r.scored-trajectories")).containsExactly(Role.SCORER);
        assertThat(writers("r.trajectories")).containsExactly(Role.ROLLOUT);
        assertThat(writers("r.prompts")).containsExactly(Role.LOAD);
    }

    @Test
    void everyTopicOfTheCatalogueIsWrittenBySomebodyAndNothingBesideThem() {
        List<String> topics = TopicCatalogue.of(new Topics("r"), TopicSettings.of(1, 1)).stream()
                .map(TopicSpec::name)
                .toList();

        assertThat(topics)
                .allSatisfy(topic -> assertThat(writers(topic)).as(topic).isNotEmpty());
        assertThat(Arrays.stream(Role.values()).flatMap(role -> ACCESS.grants(role).stream()))
                .filteredOn(grant -> grant.resource().resourceType() == ResourceType.TOPIC)
                .extracting(grant -> grant.resource().name())
                .isSubsetOf(concat(topics, "r."));
    }

    @Test
    void whoReadsAnotherRunMayReadItsRecordsAndLedgerAndNoMore() {
        RunAccess reader = new RunAccess("r", "source", Optional.of("parent"), true);

        assertThat(reader.grants(Role.TRAINER))
                .contains(
                        Grant.topic("source.scored-trajectories", AclOperation.READ),
                        Grant.topic("source.training-steps", AclOperation.READ),
                        Grant.topic("parent.training-steps", AclOperation.READ))
                .doesNotContain(Grant.topic("r.scored-trajectories", AclOperation.READ));
        assertThat(reader.grants(Role.SCORER)).contains(Grant.topic("r.policy-weights", AclOperation.READ));
    }

    @Test
    void theDocumentHasTheTable() throws Exception {
        String document = Files.readString(Path.of(System.getProperty("coffey.root"), "docs", "security.md"));

        assertThat(document)
                .contains(String.join("\n", AccessTable.markdown(RunAccess.of("RUN"), EnumSet.allOf(Role.class))));
    }

    @Test
    void strimzisResourcesAreThoseOfTheExample() throws Exception {
        Path strimzi = Path.of(System.getProperty("coffey.root"), "ops", "strimzi");
        RunAccess access = RunAccess.of("sum-opd");

        assertThat(StrimziResources.users("coffey", "scram-sha-512", access, EnumSet.allOf(Role.class)))
                .isEqualTo(withoutHead(strimzi.resolve("users.yaml")));
        assertThat(StrimziResources.topics("coffey", TopicCatalogue.of(new Topics("sum-opd"), TopicSettings.of(12, 3))))
                .isEqualTo(withoutHead(strimzi.resolve("topics.yaml")));
    }

    @Test
    void namesThatKubernetesDoesNotTakeAreRewritten() {
        assertThat(StrimziResources.resourceName("My_run.training-steps")).isEqualTo("my-run.training-steps");
    }

    @Test
    void kafkasOwnCommandSaysTheSame() {
        assertThat(AccessTable.commands(ACCESS, List.of(Role.EVALUATOR, Role.ROLLOUT)))
                .contains(
                        "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add --allow-principal"
                                + " User:r-evaluator --operation Read --operation Write --topic r.evaluations"
                                + " --resource-pattern-type literal",
                        "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add --allow-principal"
                                + " User:r-rollout --operation Write --transactional-id r.rollout. --resource-pattern-type"
                                + " prefixed");
    }

    private static List<String> withoutHead(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.subList(lines.indexOf("---"), lines.size());
    }

    private static List<Role> writers(String topic) {
        return Arrays.stream(Role.values())
                .filter(role -> ACCESS.allows(role, ResourceType.TOPIC, topic, AclOperation.WRITE))
                .toList();
    }

    private static List<String> concat(List<String> topics, String prefix) {
        return Stream.concat(topics.stream(), Stream.of(prefix)).toList();
    }
}
