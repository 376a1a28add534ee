// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.cli.access.Role;
import io.coffey.cli.audit.LedgerLines;
import io.coffey.cli.run.AdminAnswer;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunLog;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicDifference;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** What can be seen from the broker: that it answers, what it allows, the run's topics and what they still hold. */
final class BrokerChecks {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<String> FURTHER = List.of("replication", "access", "topics", "log");

    private final Examination examination;
    private final LocalRunSettings settings;
    private final KafkaClients clients;
    private final Set<Role> roles;

    /**
     * @param clients ways to the broker
     * @param roles processes that are to work with the run file's credentials
     */
    BrokerChecks(Examination examination, LocalRunSettings settings, KafkaClients clients, Set<Role> roles) {
        this.examination = examination;
        this.settings = settings;
        this.clients = clients;
        this.roles = roles;
    }

    /** Says of all checks but the first that they were not made. */
    static void skipFurther(Examination examination, String why) {
        FURTHER.forEach(check -> examination.skip(check, why));
    }

    /** Does all of them. */
    void run() {
        Optional<Integer> brokers = examination.check(
                "broker",
                this::brokers,
                count -> "%s answers: %d broker(s), transactions as exactly-once needs them"
                        .formatted(clients.bootstrapServers(), count));
        if (brokers.isEmpty()) {
            skipFurther(examination, "no usable broker answers");
            return;
        }
        try (Admin admin = clients.admin()) {
            replication(brokers.get());
            examination.attempt("access", () -> access(admin));
            if (examination.attempt("topics", () -> topics(admin)).orElse(false)) {
                examination.attempt("log", () -> log(admin));
            } else {
                examination.skip("log", "the run's topics are not all there");
            }
        }
    }

    private int brokers() {
        clients.requireBroker(LIMIT);
        try (Admin admin = clients.admin()) {
            return AdminAnswer.of(admin.describeCluster().nodes()).size();
        }
    }

    private void replication(int brokers) {
        int replication = settings.topics().replication();
        if (replication > brokers) {
            examination.fail(
                    "replication",
                    ExitCode.BROKER,
                    "topics.replication is %d and the cluster has %d broker(s): start more, or set it lower"
                            .formatted(replication, brokers));
        } else if (replication == 1 && brokers > 1) {
            examination.warn(
                    "replication",
                    "topics.replication is 1 and the cluster has %d brokers: the loss of one loses records; set it to 3 before the topics are made"
                            .formatted(brokers));
        } else {
            examination.ok("replication", "%d on %d broker(s)".formatted(replication, brokers));
        }
    }

    private List<String> access(Admin admin) {
        List<String> refusals = Access.refusals(admin, settings, roles);
        String whose = roles.stream().map(Role::word).collect(Collectors.joining(", "));
        if (refusals.isEmpty()) {
            examination.ok("access", "nothing is denied that is needed as " + whose);
        } else {
            examination.fail(
                    "access",
                    ExitCode.BROKER,
                    "the broker denies: %s; grant it to the user in kafka.properties, or name the roles that this user has with --role"
                            .formatted(String.join("; ", refusals)));
        }
        return refusals;
    }

    /** Whether all are there. */
    private boolean topics(Admin admin) {
        Topics topics = new Topics(settings.run().name());
        List<TopicDifference> differences = TopicProvisioner.compare(
                admin,
                TopicCatalogue.of(
                        topics,
                        TopicSettings.of(
                                settings.topics().partitions(),
                                settings.topics().replication())));
        List<TopicDifference> missing =
                differences.stream().filter(TopicDifference::missing).toList();
        List<TopicDifference> others =
                differences.stream().filter(difference -> !difference.missing()).toList();
        if (!missing.isEmpty() && settings.kafka().local()) {
            examination.ok("topics", "%d not made yet: coffey run makes them".formatted(missing.size()));
        } else if (!missing.isEmpty()) {
            examination.fail("topics", ExitCode.BROKER, texts(missing) + ": make them with coffey load RUN_FILE");
        }
        if (others.stream().anyMatch(TopicDifference::losesRecords)) {
            examination.fail(
                    "topics",
                    ExitCode.BROKER,
                    texts(others)
                            + ": records that the run needs may be deleted; alter the topics with kafka-configs.sh");
        } else if (!others.isEmpty()) {
            examination.warn(
                    "topics",
                    texts(others) + ": alter the topics, or the section topics of the run file if they are right");
        } else if (missing.isEmpty()) {
            examination.ok("topics", "all there and as they should be, prefix " + topics.prefix());
        }
        return missing.isEmpty();
    }

    private static String texts(List<TopicDifference> differences) {
        return differences.stream().map(TopicDifference::text).collect(Collectors.joining("; "));
    }

    private List<String> log(Admin admin) {
        RunLog log = RunLog.of(settings.run().name(), clients);
        List<TrainingStep> lines = LedgerLines.read(log).lines().stream()
                .map(LedgerLines.Line::step)
                .toList();
        if (lines.isEmpty()) {
            examination.ok("log", "the ledger has no step yet");
            return List.of();
        }
        String topic =
                new Topics(settings.trainer().reads().orElse(settings.run().name())).scoredTrajectories();
        List<String> losses = KeptLog.losses(lines, topic, beginnings(admin, topic));
        long last = lines.get(lines.size() - 1).step();
        if (losses.isEmpty()) {
            examination.ok("log", "every record that steps 0 to %d trained is still in %s".formatted(last, topic));
        } else {
            examination.fail("log", ExitCode.DATA, String.join("; ", losses));
        }
        return losses;
    }

    private static Map<Integer, Long> beginnings(Admin admin, String topic) {
        TopicDescription description = AdminAnswer.of(
                        admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic);
        if (description == null) {
            throw new IllegalStateException("the broker described no topic " + topic);
        }
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        description
                .partitions()
                .forEach(partition ->
                        wanted.put(new TopicPartition(topic, partition.partition()), OffsetSpec.earliest()));
        Map<Integer, Long> beginnings = new HashMap<>();
        AdminAnswer.of(admin.listOffsets(wanted).all())
                .forEach((partition, info) -> beginnings.put(partition.partition(), info.offset()));
        return beginnings;
    }
}
