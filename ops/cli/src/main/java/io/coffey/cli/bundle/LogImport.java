// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.cli.report.Console;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.UserException;
import io.coffey.stream.RecordArchive;
import io.coffey.stream.SchemaTopic;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** The records of a bundle on a broker: topics of the run that are new there, and in them what was in the old ones. */
final class LogImport {

    private static final Duration TOPICS_LIMIT = Duration.ofSeconds(60);
    private static final int MOST_RECORDS_AT_ONCE = 256;
    private static final long SHOWN_EVERY = 2000;

    private final Bundle bundle;
    private final KafkaClients clients;
    private final Console console;
    private final Topics topics;
    private final Topics scored;

    LogImport(Bundle bundle, KafkaClients clients, Console console) {
        this.bundle = bundle;
        this.clients = clients;
        this.console = console;
        this.topics = new Topics(bundle.manifest().run());
        this.scored = new Topics(bundle.manifest().scoredRun());
    }

    /**
     * Creates the topics and fills them, the ledger last: without it the run was never begun.
     *
     * @param replication copies of every record
     * @throws UserException if one of the topics is there already
     */
    void restore(int replication) throws IOException {
        create(specs(replication));
        try (KafkaLogWriter log = new KafkaLogWriter(clients, topics.prefix())) {
            copy(log, topics.schemas(), "schemas");
            copy(log, topics.prompts(), "prompts");
            restore(log, scored.scoredTrajectories(), "scored-trajectories");
            restore(log, topics.trainingSteps(), "training-steps");
        }
    }

    private List<TopicSpec> specs(int replication) {
        List<TopicSpec> specs =
                new ArrayList<>(TopicCatalogue.of(topics, TopicSettings.of(partitions(topics.prompts()), replication)));
        if (!scored.equals(topics)) {
            TopicCatalogue.of(scored, TopicSettings.of(partitions(scored.scoredTrajectories()), replication)).stream()
                    .filter(spec -> spec.name().equals(scored.scoredTrajectories()))
                    .forEach(specs::add);
        }
        return specs;
    }

    private int partitions(String topic) {
        Integer count = bundle.manifest().partitions().get(topic);
        if (count == null || count < 1) {
            throw new UserException(
                    ExitCode.DATA,
                    "%s: the manifest does not say how many partitions topic %s has"
                            .formatted(bundle.path().resolve(Manifest.FILE), topic));
        }
        return count;
    }

    private void create(List<TopicSpec> specs) {
        try (Admin admin = clients.admin();
                Producer<byte[], byte[]> producer = clients.producer("import-schemas-" + topics.prefix())) {
            TreeSet<String> there =
                    new TreeSet<>(specs.stream().map(TopicSpec::name).toList());
            there.retainAll(admin.listTopics().names().get());
            if (!there.isEmpty()) {
                throw new UserException(
                        ExitCode.CONFIGURATION,
                        "broker %s has topic %s already: import to a broker without run %s, or delete its topics if they are an import that was not finished"
                                .formatted(clients.bootstrapServers(), there.first(), topics.prefix()));
            }
            TopicProvisioner.apply(admin, specs, TOPICS_LIMIT);
            SchemaTopic.publish(producer, topics);
        } catch (ExecutionException e) {
            throw new KafkaException("the topics of the broker cannot be listed", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Topics whose records are found by their keys: their offsets mean nothing. */
    private void copy(LogWriter log, String topic, String file) throws IOException {
        for (int partition = 0; partition < partitions(topic); partition++) {
            try (RecordArchive.Reader archive = open(topic, file, partition)) {
                List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
                while (archive.hasNext()) {
                    records.add(OffsetRestorer.producerRecord(topic, archive.next()));
                    if (records.size() == MOST_RECORDS_AT_ONCE || !archive.hasNext()) {
                        log.write(records);
                        records.clear();
                    }
                }
            }
        }
    }

    private void restore(LogWriter log, String topic, String file) throws IOException {
        List<RecordArchive.Reader> archives = new ArrayList<>();
        try {
            for (int partition = 0; partition < partitions(topic); partition++) {
                archives.add(open(topic, file, partition));
            }
            List<Iterator<ConsumerRecord<byte[], byte[]>>> records = List.copyOf(archives);
            long all = bundle.manifest().files().stream()
                    .filter(entry -> entry.name().startsWith(file + "-"))
                    .mapToLong(Manifest.BundledFile::records)
                    .sum();
            new OffsetRestorer(log, topic).restore(records, new Shown(topic, all)::at);
        } finally {
            for (RecordArchive.Reader archive : archives) {
                archive.close();
            }
        }
    }

    /** A file says which partition it is of; whoever wrote it, nothing but this run's topics is written to. */
    private RecordArchive.Reader open(String topic, String file, int partition) throws IOException {
        Path path = bundle.file(RunExport.name(file, partition));
        RecordArchive.Reader archive = new RecordArchive.Reader(path);
        if (!archive.topic().equals(topic) || archive.partition() != partition) {
            archive.close();
            throw new UserException(
                    ExitCode.DATA,
                    "%s: expected records of topic %s partition %d, found those of topic %s partition %d"
                            .formatted(path, topic, partition, archive.topic(), archive.partition()));
        }
        return archive;
    }

    /** Shows how far a topic is, now and then. */
    private final class Shown {

        private final String topic;
        private final long all;
        private long next = SHOWN_EVERY;

        Shown(String topic, long all) {
            this.topic = topic;
            this.all = all;
        }

        void at(long restored) {
            if (restored >= next || restored == all) {
                console.show("%s: %,d of %,d records".formatted(topic, restored, all));
                next = restored + SHOWN_EVERY;
            }
        }
    }
}
