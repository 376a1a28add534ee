// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import io.coffey.service.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Tries what a user may not do; each answer is whether it was done. Anything but a refusal or success is an error. */
final class Intruder implements AutoCloseable {

    private static final Duration POLL = Duration.ofSeconds(2);

    private final KafkaClients clients;
    private final Producer<byte[], byte[]> producer;
    private final Admin admin;

    /** @param properties of Kafka's clients, with which the user connects */
    Intruder(String bootstrapServers, Map<String, String> properties) {
        this.clients = new KafkaClients(bootstrapServers, properties);
        this.admin = clients.admin();
        // Not idempotent: who may write nowhere gets no id to be idempotent with, and nothing would be tried.
        Map<String, Object> plain = new HashMap<>(properties);
        plain.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        plain.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        this.producer = new KafkaProducer<>(plain, new ByteArraySerializer(), new ByteArraySerializer());
    }

    boolean reads(String topic) throws Exception {
        return done(() -> {
            try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("intruder")) {
                TopicPartition partition = new TopicPartition(topic, 0);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                return consumer.poll(POLL);
            }
        });
    }

    boolean writes(String topic) throws Exception {
        return done(() -> producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {1}))
                .get());
    }

    boolean commitsFor(String group, String topic) throws Exception {
        return done(() -> admin.alterConsumerGroupOffsets(
                        group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)))
                .all()
                .get());
    }

    boolean takesOver(String transactionalId) throws Exception {
        return done(() -> {
            try (Producer<byte[], byte[]> other = clients.transactionalProducer(transactionalId)) {
                other.initTransactions();
                return transactionalId;
            }
        });
    }

    /** What was done of an administrator's work: to a topic that is there, and to one that is not. */
    List<String> administers(String present, String absent) throws Exception {
        List<String> done = new ArrayList<>();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, present);
        AlterConfigOp shorter =
                new AlterConfigOp(new ConfigEntry("retention.ms", "2592000000"), AlterConfigOp.OpType.SET);
        if (done(() -> admin.createTopics(List.of(new NewTopic(absent, 1, (short) 1)))
                .all()
                .get())) {
            done.add("makes topics");
        }
        if (done(() -> admin.incrementalAlterConfigs(Map.of(resource, List.of(shorter)))
                .all()
                .get())) {
            done.add("changes topics");
        }
        if (done(() -> admin.deleteRecords(Map.of(new TopicPartition(present, 0), RecordsToDelete.beforeOffset(0)))
                .all()
                .get())) {
            done.add("deletes records");
        }
        AclBinding everything = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, absent, PatternType.LITERAL),
                new AccessControlEntry("User:intruder", "*", AclOperation.ALL, AclPermissionType.ALLOW));
        if (done(() -> admin.createAcls(List.of(everything)).all().get())) {
            done.add("grants");
        }
        return done;
    }

    private static boolean done(Callable<?> attempt) throws Exception {
        try {
            attempt.call();
            return true;
        } catch (AuthorizationException refused) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
