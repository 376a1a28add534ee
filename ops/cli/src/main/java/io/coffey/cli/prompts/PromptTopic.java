// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import io.coffey.stream.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the training prompts into the log, once. */
public final class PromptTopic {

    private static final Logger LOG = LoggerFactory.getLogger(PromptTopic.class);

    private final KafkaClients clients;
    private final Topics topics;
    private final Codecs codecs;

    public PromptTopic(KafkaClients clients, Topics topics, Codecs codecs) {
        this.clients = clients;
        this.topics = topics;
        this.codecs = codecs;
    }

    /**
     * Loads the prompts that are not in the log yet.
     *
     * @return how many that were
     * @throws UserException if the log holds prompts that are not among these: the run was begun with others
     */
    public int load(List<Prompt> prompts) {
        Set<String> present = present();
        List<Prompt> missing = new ArrayList<>();
        for (Prompt prompt : prompts) {
            if (!present.remove(prompt.id())) {
                missing.add(prompt);
            }
        }
        if (!present.isEmpty()) {
            throw new UserException(
                    ExitCode.DATA,
                    "topic %s holds %d prompts that the prompts file does not train on: the run was begun with other prompts or another prompts.heldOut; take another name with --name"
                            .formatted(topics.prompts(), present.size()));
        }
        if (!missing.isEmpty()) {
            write(missing);
        }
        return missing.size();
    }

    /** The prompts in the log; those that cannot be read are left out, the run's trainer set them aside. */
    public List<Prompt> stored() {
        Map<String, Prompt> prompts = new LinkedHashMap<>();
        try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(topics.prefix() + ".prompts")) {
            TopicReader.readToEnd(consumer, topics.prompts(), record -> {
                try {
                    Prompt prompt = codecs.prompts().decode(record.value());
                    prompts.put(prompt.id(), prompt);
                } catch (UndecodableRecordException e) {
                    LOG.atWarn()
                            .addKeyValue("partition", record.partition())
                            .addKeyValue("offset", record.offset())
                            .log("prompt that cannot be read is left out");
                }
            });
        }
        return List.copyOf(prompts.values());
    }

    private Set<String> present() {
        Set<String> ids = new HashSet<>();
        try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(topics.prefix() + ".load")) {
            TopicReader.readToEnd(
                    consumer,
                    topics.prompts(),
                    record -> ids.add(new String(Objects.requireNonNull(record.key()), StandardCharsets.UTF_8)));
        }
        return ids;
    }

    /** In one transaction: a trainer sees all the prompts or none. */
    private void write(List<Prompt> prompts) {
        StreamRecords records = new StreamRecords(topics, codecs);
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer(topics.prefix() + ".load")) {
            producer.initTransactions();
            producer.beginTransaction();
            List<Future<RecordMetadata>> sends = new ArrayList<>(prompts.size());
            for (Prompt prompt : prompts) {
                sends.add(producer.send(records.of(prompt)));
            }
            producer.flush();
            check(sends);
            producer.commitTransaction();
        }
    }

    private static void check(List<Future<RecordMetadata>> sends) {
        for (Future<RecordMetadata> send : sends) {
            try {
                send.get();
            } catch (ExecutionException e) {
                throw new KafkaException("a prompt could not be written: " + e.getMessage(), e.getCause());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }
}
