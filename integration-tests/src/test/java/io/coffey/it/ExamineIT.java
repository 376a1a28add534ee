// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.service.KafkaClients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look into a run, on a finished one; then its log is harmed in the ways they are to find. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExamineIT {

    private static final int STEPS = 4;
    private static final String RUN = "examined";

    @TempDir
    static Path directory;

    static LocalBroker broker;
    static int commands;

    @BeforeAll
    static void finishARun() throws Exception {
        // Everybody may do everything, until a resource has an entry of its own.
        broker = new LocalBroker(new LocalBroker.Settings(
                directory.resolve("broker"),
                0,
                Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found",
                        "true")));
        broker.start();
        run().finish();
    }

    @AfterAll
    static void stopBroker() {
        broker.stop();
    }

    @Test
    @Order(1)
    void findsAFinishedRunWell() throws Exception {
        String printed = output(0, "doctor");

        assertThat(printed.lines().toList())
                .anyMatch(line -> line.matches("ok +broker .* answers: 1 broker\\(s\\).*"))
                .anyMatch(line -> line.matches("ok +access +nothing is denied .*"))
                .anyMatch(line -> line.matches("ok +topics +all there and as they should be, prefix examined"))
                .anyMatch(line -> line.matches("ok +log +every record that steps 0 to 4 trained is still in .*"));
    }

    @Test
    @Order(2)
    void tellsWhatTrainedAStep() throws Exception {
        JsonObject audit =
                JsonParser.parseString(output(0, "audit", "2", "--json")).getAsJsonObject();

        assertThat(audit.getAsJsonArray("trained")).hasSize(SumRun.BATCH);
        assertThat(audit.getAsJsonArray("problems")).isEmpty();
        assertThat(audit.get("digestAfter").getAsString())
                .isEqualTo(new Observer(broker.bootstrapServers(), RUN)
                        .ledger()
                        .get(2)
                        .digestAfter());
        assertThat(output(4, "audit", "99")).contains("has no step 99, expected one of 0 to 4");
    }

    @Test
    @Order(3)
    void showsTrajectoriesAsText() throws Exception {
        List<String> lines = output(0, "trajectories", "--step", "1", "--max", "3", "--json")
                .lines()
                .toList();

        assertThat(lines).hasSize(3);
        JsonObject first = JsonParser.parseString(lines.get(0)).getAsJsonObject();
        assertThat(first.get("prompt").getAsString()).matches("[0-9]{5}=");
        String prompt = first.get("promptId").getAsString();
        assertThat(output(0, "trajectories", "--prompt", prompt, "--json"))
                .contains("\"trajectory\":" + first.get("trajectory"));
        assertThat(output(0, "trajectories", "--last", "2").lines().filter(line -> line.startsWith("trajectory ")))
                .hasSize(2);
    }

    @Test
    @Order(4)
    void watchesUntilItIsStopped() throws Exception {
        List<String> words = new ArrayList<>(run().words("status"));
        words.addAll(List.of("--watch", "--every", "1", "--json"));
        try (CoffeyProcess watch = CoffeyProcess.start(directory.resolve("watch.out"), words)) {
            Awaitility.await()
                    .atMost(SumRun.LIMIT)
                    .until(() -> watch.output().lines().count() > 1);
            watch.terminate();

            assertThat(watch.await(SumRun.LIMIT)).as(watch.output()).isZero();
            JsonObject second = JsonParser.parseString(
                            watch.output().lines().toList().get(1))
                    .getAsJsonObject();
            assertThat(second.get("step").getAsLong()).isEqualTo(STEPS);
            assertThat(second.get("stepsPerSecond").getAsDouble()).isZero();
            assertThat(second.getAsJsonObject("trainer").get("version").getAsLong())
                    .isEqualTo(STEPS);
        }
    }

    @Test
    @Order(5)
    void namesAnOperationThatIsDenied() throws Exception {
        String topic = RUN + ".trajectories";
        try (Admin admin = admin()) {
            AccessControlEntry none =
                    new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY);
            AclBinding denial =
                    new AclBinding(new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL), none);
            AccessControlEntry rest = new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermissionType.ALLOW);
            AclBinding grant =
                    new AclBinding(new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL), rest);
            admin.createAcls(List.of(denial, grant)).all().get();

            assertThat(output(3, "doctor")).contains("no WRITE of topic " + topic + ", which rollout needs");
            assertThat(output(0, "doctor", "--role", "scorer")).contains("nothing is denied that is needed as scorer");

            admin.deleteAcls(List.of(denial.toFilter(), grant.toFilter())).all().get();
        }
    }

    @Test
    @Order(6)
    void findsTopicsThatAreNotAsTheyShouldBe() throws Exception {
        try (Admin admin = admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, RUN + ".scored-trajectories"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("retention.ms", "3600000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }

        assertThat(output(3, "doctor"))
                .contains("topic examined.scored-trajectories: retention.ms is 3600000, expected -1");
    }

    @Test
    @Order(7)
    void findsThatTheLedgersRecordsAreGone() throws Exception {
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(RUN + ".scored-trajectories", 0), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }

        assertThat(output(3, "doctor"))
                .contains("no longer holds the records of step 1, so that they cannot be trained again");
        assertThat(output(4, "audit", "1"))
                .contains("gone: the partition begins at offset 1, retention or a deletion took it")
                .doesNotContain("\tat ");
    }

    private static SumRun run() {
        return new SumRun(directory, RUN, STEPS).on(broker.bootstrapServers());
    }

    private static Admin admin() {
        return new KafkaClients(broker.bootstrapServers(), Map.of()).admin();
    }

    /** What a command prints; its exit code must be the given one. */
    private static String output(int exitCode, String command, String... words) throws Exception {
        List<String> arguments = new ArrayList<>(run().words(command));
        arguments.addAll(Arrays.asList(words));
        try (CoffeyProcess process =
                CoffeyProcess.start(directory.resolve(command + "-" + commands++ + ".out"), arguments)) {
            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isEqualTo(exitCode);
            return process.output();
        }
    }
}
