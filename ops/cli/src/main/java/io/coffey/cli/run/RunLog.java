// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.prompts.PromptTopic;
import io.coffey.cli.report.Console;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.TopicsSection;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaTopic;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicDifference;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The log of a run on a broker, made ready for its services: topics, schemas, prompts. Doing it again changes nothing.
 *
 * @param clients ways to the broker
 * @param topics names of the run's topics
 * @param codecs of its records
 */
public record RunLog(KafkaClients clients, Topics topics, Codecs codecs) {

    private static final Duration SCHEMAS_LIMIT = Duration.ofSeconds(20);
    static final Duration TOPICS_LIMIT = Duration.ofSeconds(60);

    /** The log of the run of that name. */
    public static RunLog of(String run, KafkaClients clients) {
        Topics topics = new Topics(run);
        SchemaTopic schemas =
                new SchemaTopic(() -> clients.assignedConsumer(topics.prefix() + ".schemas"), topics, SCHEMAS_LIMIT);
        return new RunLog(clients, topics, new Codecs(schemas));
    }

    /** Makes the log of a run ready that trains what another one recorded: with that run's schemas and prompts. */
    public void prepareFork(TopicsSection settings, RunLog parent, Console console) {
        provision(settings, console);
        try (Consumer<byte[], byte[]> consumer = parent.clients().assignedConsumer(topics.prefix() + ".schemas");
                Producer<byte[], byte[]> producer = clients.producer(topics.prefix() + ".schemas")) {
            SchemaTopic.copy(consumer, parent.topics(), producer, topics);
        }
        List<Prompt> prompts = new PromptTopic(parent.clients(), parent.topics(), parent.codecs()).stored();
        new PromptTopic(clients, topics, codecs).load(prompts);
    }

    /**
     * Checks that the run has a ledger and scored records to read.
     *
     * @throws io.coffey.service.UserException naming the topics that are missing
     */
    public void requireLedger() {
        clients.requireTopics(List.of(topics.trainingSteps(), topics.scoredTrajectories()), SCHEMAS_LIMIT);
    }

    /** Creates what is missing of topics, schemas and prompts, and says what it found and did. */
    public void prepare(TopicsSection settings, RunInputs inputs, Console console) {
        provision(settings, console);
        int loaded =
                new PromptTopic(clients, topics, codecs).load(inputs.prompts().training());
        int leftOut = inputs.prompts().leftOut();
        console.say("run %s on %s: %,d prompts to train on (%,d new in the log), %,d held out%s"
                .formatted(
                        topics.prefix(),
                        clients.bootstrapServers(),
                        inputs.prompts().training().size(),
                        loaded,
                        inputs.prompts().heldOut().size(),
                        leftOut == 0 ? "" : ", %,d left out as too long".formatted(leftOut)));
    }

    private void provision(TopicsSection settings, Console console) {
        try (Admin admin = clients.admin();
                Producer<byte[], byte[]> producer = clients.producer(topics.prefix() + ".schemas")) {
            TopicSettings topicSettings = TopicSettings.of(settings.partitions(), settings.replication());
            List<TopicSpec> specs = TopicCatalogue.of(topics, topicSettings);
            TopicProvisioner.apply(admin, specs, TOPICS_LIMIT)
                    .forEach(difference -> console.say("warning: " + difference));
            TopicProvisioner.compare(admin, specs).stream()
                    .filter(TopicDifference::refusesRecords)
                    .findFirst()
                    .ifPresent(RunLog::refuse);
            SchemaTopic.publish(producer, topics);
        }
    }

    private static void refuse(TopicDifference narrow) {
        throw new UserException(
                ExitCode.BROKER,
                "%s or more: it would refuse records of the run; raise it with kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s=%s"
                        .formatted(narrow.text(), narrow.topic(), narrow.what(), narrow.expected()));
    }
}
