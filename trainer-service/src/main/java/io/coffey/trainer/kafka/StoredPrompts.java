// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.service.DeadLetters;
import io.coffey.service.KafkaClients;
import io.coffey.stream.Codecs;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import io.coffey.stream.UndecodableRecordException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The prompts of a run as its topic holds them.
 *
 * @param byId those that can be read
 * @param deadLetters those that cannot, with the cause
 */
record StoredPrompts(Map<String, Prompt> byId, List<ProducerRecord<byte[], byte[]>> deadLetters) {

    /** Reads the topic to its end. */
    static StoredPrompts read(KafkaClients clients, Topics topics, Codecs codecs, String clientId) {
        Map<String, Prompt> prompts = new LinkedHashMap<>();
        List<ProducerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();
        try (var consumer = clients.assignedConsumer(clientId)) {
            TopicReader.readToEnd(consumer, topics.prompts(), record -> {
                try {
                    Prompt prompt = codecs.prompts().decode(record.value());
                    prompts.put(prompt.id(), prompt);
                } catch (UndecodableRecordException e) {
                    deadLetters.add(DeadLetters.of(
                            record, topics.deadLetter(topics.prompts()), String.valueOf(e.getMessage()), 1));
                }
            });
        }
        return new StoredPrompts(prompts, deadLetters);
    }
}
