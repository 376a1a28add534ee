// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.access.Grant;
import io.coffey.cli.access.Role;
import io.coffey.cli.access.RunAccess;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every role with a user of its own on a broker that allows what the table of least privileges says, and nothing else.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredBrokerIT {

    private static final String RUN = "secured";
    private static final int STEPS = 6;
    private static final RunAccess ACCESS = RunAccess.of(RUN);

    @TempDir
    static Path directory;

    static SecuredBroker broker;
    static final Map<Role, Map<String, String>> USERS = new EnumMap<>(Role.class);

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new SecuredBroker(directory);
        for (Role role : Role.values()) {
            USERS.put(
                    role,
                    role == Role.ROLLOUT
                            ? broker.withCertificate(role.word())
                            : broker.withPassword(role.word(), "password-of-" + role.word()));
            broker.grant(role.word(), ACCESS.grants(role));
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    @Order(1)
    void eachRoleDoesItsJobAndATrainerWhoseGrantIsRevokedSaysSoAndEnds() throws Exception {
        assertThat(output(Role.TOPICS, 0, "topics apply")).contains("all as it should be");
        output(Role.LOAD, 0, "load");

        try (CoffeyProcess scorer = run(Role.SCORER).start("start scorer");
                CoffeyProcess rollout = run(Role.ROLLOUT).start("start rollout");
                CoffeyProcess evaluator = run(Role.EVALUATOR).start("start evaluator")) {
            List<Grant> weights = writing(new Topics(RUN).policyWeights());
            try (CoffeyProcess trainer = alone(run(Role.TRAINER), "start trainer")) {
                Awaitility.await()
                        .atMost(SumRun.LIMIT)
                        .until(() -> !trainer.isAlive() || observer().ledger().size() > 2);
                broker.revoke(Role.TRAINER.word(), weights);
                assertRefused(trainer, "the broker denies access", RUN + ".policy-weights", "coffey access RUN_FILE");
            }
            broker.grant(Role.TRAINER.word(), weights);
            output(Role.TRAINER, 0, "start trainer");
            assertThat(evaluator.await(SumRun.LIMIT)).as(evaluator.output()).isZero();
            assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
        }

        observer().holdToGuarantees(STEPS);
        assertThat(output(Role.OBSERVER, 0, "status")).contains("step");
        assertThat(output(Role.OBSERVER, 0, "audit", "2")).contains("step 2");
    }

    @Test
    @Order(2)
    void noRoleDoesAnythingElse() throws Exception {
        for (Role role : Role.values()) {
            try (Intruder intruder = intruder(role)) {
                List<String> done = new ArrayList<>();
                for (TopicSpec topic : TopicCatalogue.of(new Topics(RUN), TopicSettings.of(1, 1))) {
                    String name = topic.name();
                    if (!ACCESS.allows(role, ResourceType.TOPIC, name, AclOperation.READ) && intruder.reads(name)) {
                        done.add("reads " + name);
                    }
                    if (!ACCESS.allows(role, ResourceType.TOPIC, name, AclOperation.WRITE) && intruder.writes(name)) {
                        done.add("writes " + name);
                    }
                }
                for (String group : List.of(RUN + ".rollout", RUN + ".scorer", RUN + ".trainer")) {
                    if (!ACCESS.allows(role, ResourceType.GROUP, group, AclOperation.READ)
                            && intruder.commitsFor(group, new Topics(RUN).schemas())) {
                        done.add("commits for " + group);
                    }
                }
                for (String id : List.of(RUN + ".rollout.0", RUN + ".scorer.0", "trainer-" + RUN, RUN + ".load")) {
                    if (!ACCESS.allows(role, ResourceType.TRANSACTIONAL_ID, id, AclOperation.WRITE)
                            && intruder.takesOver(id)) {
                        done.add("takes over " + id);
                    }
                }
                done.addAll(intruder.administers(new Topics(RUN).trainingSteps(), "another-run.prompts"));
                assertThat(done).as(role.word()).isEmpty();
            }
        }
    }

    /** The control: an intruder with the rights is not refused, so that refusals are not made by something else. */
    @Test
    @Order(3)
    void whoMayDoAllIsNotRefused() throws Exception {
        try (Intruder intruder = new Intruder(broker.plain(), Map.of())) {
            Topics topics = new Topics(RUN);
            assertThat(intruder.reads(topics.policyWeights())).isTrue();
            assertThat(intruder.writes(topics.deadLetter(topics.prompts()))).isTrue();
            assertThat(intruder.commitsFor("any", topics.schemas())).isTrue();
            assertThat(intruder.takesOver("any")).isTrue();
            assertThat(intruder.administers(topics.deadLetter(topics.prompts()), "another-run.prompts"))
                    .containsExactly("makes topics", "changes topics", "deletes records", "grants");
        }
    }

    @Test
    @Order(4)
    void aWrongPasswordIsSaidInOneLine() throws Exception {
        try (CoffeyProcess scorer = alone(run(broker.connecting(Role.SCORER.word(), "canary-wrong")), "start scorer")) {
            assertRefused(scorer, "the broker refuses the credentials in kafka.properties", "SCRAM-SHA-512");
        }
    }

    @Test
    @Order(5)
    void anExpiredCertificateIsSaidInOneLine() throws Exception {
        Map<String, String> expired = broker.withCertificate("expired", "-startdate", "-3d", "-validity", "1");
        try (CoffeyProcess rollout = alone(run(expired), "start rollout")) {
            assertRefused(
                    rollout,
                    "no TLS connection to the broker",
                    "does not take the certificate of this process, which expired");
        }
    }

    @Test
    @Order(6)
    void aGrantThatIsMissingFromTheStartIsSaidInOneLine() throws Exception {
        broker.revoke(Role.ROLLOUT.word(), writing(new Topics(RUN).trajectories()));
        try (CoffeyProcess rollout = alone(run(Role.ROLLOUT), "start rollout")) {
            assertRefused(rollout, "the broker denies access", RUN + ".trajectories");
        }
    }

    /** A process that has its file of output to itself. */
    private static CoffeyProcess alone(SumRun run, String command) throws Exception {
        Files.deleteIfExists(directory.resolve(RUN + "." + command + ".out"));
        return run.start(command);
    }

    private static void assertRefused(CoffeyProcess process, String... parts) throws InterruptedException {
        assertThat(process.await(SumRun.LIMIT)).as(process.output()).isEqualTo(3);
        assertThat(process.output()
                        .lines()
                        .filter(line -> line.contains("ERROR"))
                        .toList())
                .as(process.output())
                .singleElement()
                .asString()
                .contains(parts);
        assertThat(process.output()).doesNotContain("\tat ", "canary-", "password-of-", Certificates.PASSWORD);
    }

    private static List<Grant> writing(String topic) {
        Role role = topic.endsWith("policy-weights") ? Role.TRAINER : Role.ROLLOUT;
        return ACCESS.grants(role).stream()
                .filter(grant -> grant.resource().name().equals(topic))
                .toList();
    }

    private static String output(Role role, int exitCode, String command, Object... more) throws Exception {
        try (CoffeyProcess process = run(role).start(command, more)) {
            assertThat(process.await(Duration.ofMinutes(4)))
                    .as(process.output())
                    .isEqualTo(exitCode);
            return process.output();
        }
    }

    private static Intruder intruder(Role role) {
        Map<String, String> properties = new HashMap<>();
        user(role).forEach((key, value) -> {
            if (key.startsWith("properties.")) {
                properties.put(key.substring("properties.".length()), value);
            }
        });
        return new Intruder(Objects.requireNonNull(user(role).get("bootstrapServers")), properties);
    }

    private static Map<String, String> user(Role role) {
        return Objects.requireNonNull(USERS.get(role));
    }

    private static Observer observer() {
        return new Observer(broker.plain(), RUN);
    }

    private static SumRun run(Role role) {
        return run(user(role));
    }

    private static SumRun run(Map<String, String> kafka) {
        SumRun run = new SumRun(directory, RUN, STEPS).set("kafka.local", "false");
        kafka.forEach((key, value) -> run.set("kafka." + key, value));
        return run;
    }
}
