// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.ResolvedConfig;
import io.coffey.cli.run.RunLog;
import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.service.ExitCode;
import io.coffey.service.LoadedSettings;
import io.coffey.service.UserException;
import io.coffey.stream.RecordArchive;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import io.coffey.trainer.Environment;
import io.coffey.trainer.LocalStudent;
import io.coffey.trainer.SettingsHash;
import io.coffey.trainer.Student;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.Weighting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run as a bundle: the ledger, the scored records that it names, prompts, schemas, the student that it began
 * with and its settings. Reads only; the run may be going on, and is then written as far as it is. Needs the engine.
 */
public final class RunExport {

    private final RunLog log;
    private final TrainerJob job;
    private final LoadedSettings<LocalRunSettings> loaded;
    private final String coffey;
    private final Console console;
    private final Map<String, Integer> partitions = new TreeMap<>();
    private final Map<String, Long> archives = new TreeMap<>();
    private final NamedRecords named = new NamedRecords();
    private @Nullable TrainingStep first;
    private @Nullable TrainingStep last;

    /**
     * @param log of the run
     * @param job what it trained
     * @param loaded its settings
     * @param coffey which build this is
     */
    public RunExport(
            RunLog log, TrainerJob job, LoadedSettings<LocalRunSettings> loaded, String coffey, Console console) {
        this.log = log;
        this.job = job;
        this.loaded = loaded;
        this.coffey = coffey;
        this.console = console;
    }

    /**
     * Writes the bundle; it appears whole or not at all.
     *
     * @param out the folder to make
     * @throws UserException if it is there already, or the run cannot be trained again from what there is
     */
    public void write(Path out) throws IOException {
        Path target = out.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new UserException(
                    ExitCode.CONFIGURATION, "--out: expected a folder that is not there yet, found " + target);
        }
        Path parent = target.getParent();
        Path name = target.getFileName();
        if (parent == null || name == null) {
            throw new UserException(ExitCode.CONFIGURATION, "--out: expected the name of a folder, found " + target);
        }
        Path temporary = parent.resolve(".%s.%s.tmp".formatted(name, UUID.randomUUID()));
        try {
            Files.createDirectories(temporary);
            Manifest manifest = fill(temporary);
            Bundle.sync(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            Bundle.force(parent);
            console.say("run %s, %,d steps, %,d trained and %,d dropped records: %s, %s"
                    .formatted(
                            manifest.run(),
                            manifest.steps(),
                            manifest.trainedRecords(),
                            manifest.droppedRecords(),
                            target,
                            Bundle.manifestSum(manifest.json()).strip()));
        } finally {
            Bundle.delete(temporary);
        }
    }

    private Manifest fill(Path bundle) throws IOException {
        Topics topics = log.topics();
        archive(bundle, topics.trainingSteps(), "training-steps", this::noteLine);
        TrainingStep opening = first;
        TrainingStep end = last;
        if (opening == null || end == null) {
            throw new UserException(
                    ExitCode.DATA,
                    "topic %s holds no step: run %s was never begun".formatted(topics.trainingSteps(), job.runId()));
        }
        requireSame(opening);
        archiveScored(bundle);
        archive(bundle, topics.prompts(), "prompts", record -> {});
        archive(bundle, topics.schemas(), "schemas", record -> {});
        saveModels(bundle);
        Files.writeString(bundle.resolve(Bundle.RUN_FILE), ResolvedConfig.portable(loaded, Bundle.STUDENT));
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                Manifest.VERSION,
                coffey,
                job.runId(),
                job.source(),
                end.step(),
                named.trained(),
                named.dropped(),
                opening.digestAfter(),
                end.digestAfter(),
                new TreeMap<>(opening.environment()),
                partitions,
                entries(bundle));
        Files.writeString(bundle.resolve(Manifest.FILE), manifest.json());
        Files.writeString(bundle.resolve(Bundle.MANIFEST_SUM), Bundle.manifestSum(manifest.json()));
        return manifest;
    }

    private void noteLine(ConsumerRecord<byte[], byte[]> record) {
        TrainingStep line = log.codecs().trainingSteps().decode(record.value());
        if (first == null) {
            first = line;
        }
        last = line;
        named.add(line);
    }

    /** What would not come out the same is not worth keeping. */
    private void requireSame(TrainingStep opening) {
        Map<String, String> now = job.decisiveSettings();
        if (!opening.settingsHash().equals(SettingsHash.of(now))) {
            throw new UserException(
                    ExitCode.DATA,
                    "run %s began with other settings: %s; put them back to export it"
                            .formatted(
                                    job.runId(), String.join("; ", Environment.differences(opening.settings(), now))));
        }
        console.show("checking the student");
        ObjectiveLoss objective = job.objective().compile(job.student().config().vocabularySize());
        try (Student student = LocalStudent.open(job, objective, Weighting.EVEN)) {
            String digest = student.digest();
            if (!opening.digestAfter().equals(digest)) {
                throw new UserException(
                        ExitCode.DATA,
                        "student.model: run %s began with weights %.16s..., those in %s are %.16s..."
                                .formatted(
                                        job.runId(),
                                        opening.digestAfter(),
                                        job.student().path(),
                                        digest));
            }
        }
    }

    /** All records of a topic, a file for each partition. */
    private void archive(
            Path bundle, String topic, String file, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each)
            throws IOException {
        List<RecordArchive.Writer> writers = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = log.clients().assignedConsumer("export-" + job.runId())) {
            for (int partition = 0; partition < count(consumer, topic); partition++) {
                writers.add(new RecordArchive.Writer(bundle.resolve(name(file, partition)), topic, partition));
            }
            TopicReader.readToEnd(consumer, topic, record -> {
                try {
                    writers.get(record.partition()).add(record);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                each.accept(record);
            });
        } finally {
            for (int partition = 0; partition < writers.size(); partition++) {
                writers.get(partition).close();
                archives.put(name(file, partition), writers.get(partition).count());
            }
        }
        console.show("%s: %,d records"
                .formatted(
                        topic,
                        writers.stream().mapToLong(RecordArchive.Writer::count).sum()));
    }

    private void archiveScored(Path bundle) throws IOException {
        String topic = new Topics(job.source()).scoredTrajectories();
        try (Consumer<byte[], byte[]> consumer = log.clients().assignedConsumer("export-" + job.runId())) {
            ScoredCopy copy = new ScoredCopy(consumer, console);
            int count = count(consumer, topic);
            for (int partition = 0; partition < count; partition++) {
                String file = name("scored-trajectories", partition);
                try (RecordArchive.Writer writer = new RecordArchive.Writer(bundle.resolve(file), topic, partition)) {
                    copy.copy(new TopicPartition(topic, partition), named.of(partition), writer);
                    archives.put(file, writer.count());
                }
            }
        }
    }

    private int count(Consumer<byte[], byte[]> consumer, String topic) {
        int count = consumer.partitionsFor(topic).size();
        partitions.put(topic, count);
        return count;
    }

    private void saveModels(Path bundle) {
        save(job.student(), bundle.resolve(Bundle.STUDENT));
        job.warmedUp().ifPresent(start -> save(start.model(), bundle.resolve(Bundle.WARMED_UP)));
    }

    private static void save(ModelDirectory model, Path target) {
        try (Weights weights = model.loadWeights()) {
            model.save(target, weights);
        }
    }

    private List<Manifest.BundledFile> entries(Path bundle) throws IOException {
        List<String> names = new ArrayList<>(archives.keySet());
        names.add(Bundle.RUN_FILE);
        names.addAll(Bundle.files(bundle, Bundle.STUDENT));
        if (job.warmedUp().isPresent()) {
            names.addAll(Bundle.files(bundle, Bundle.WARMED_UP));
        }
        List<Manifest.BundledFile> entries = new ArrayList<>();
        for (String name : names) {
            entries.add(Bundle.entry(bundle, name, archives.getOrDefault(name, 0L)));
        }
        return entries;
    }

    static String name(String topic, int partition) {
        return "%s-%d.avro".formatted(topic, partition);
    }
}
