// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.StreamSettings;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The topics of a run. */
@Command(
        name = "topics",
        header = "The topics of a run as they should be, and how the broker's differ.",
        description = "Topics that exist are never changed: what differs is said, for a person to decide.",
        sortOptions = false)
final class TopicsCommand implements Runnable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(names = "--apply", description = "Create the topics that are missing.")
    private boolean apply;

    @Override
    public void run() {
        StreamSettings settings = SettingsLoader.of(StreamSettings.class)
                .load(options.file(), options.overrides(), System.getenv())
                .values();
        List<TopicSpec> specs = TopicCatalogue.of(
                new Topics(settings.run().name()),
                TopicSettings.of(
                        settings.topics().partitions(), settings.topics().replication()));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-44s %10s %9s  %-8s %s%n", "topic", "partitions", "replicas", "cleanup", "retention");
        specs.forEach(topic -> out.println(line(topic)));
        try (RunConnection connection = RunConnection.open(
                        settings.run(), settings.kafka(), settings.trainer().reads());
                Admin admin = connection.clients().admin()) {
            List<String> differences =
                    apply ? TopicProvisioner.apply(admin, specs, LIMIT) : TopicProvisioner.differences(admin, specs);
            out.println();
            differences.forEach(out::println);
            if (differences.isEmpty()) {
                out.println("all as it should be on " + connection.clients().bootstrapServers());
            }
        } catch (IOException e) {
            throw new UserException(ExitCode.DATA, "cannot read the run's folder: " + e.getMessage(), e);
        }
    }

    private static String line(TopicSpec topic) {
        String cleanup = topic.config().getOrDefault("cleanup.policy", "delete");
        return "%-44s %10d %9d  %-8s %s"
                .formatted(topic.name(), topic.partitions(), topic.replication(), cleanup, retention(topic, cleanup));
    }

    private static String retention(TopicSpec topic, String cleanup) {
        if (cleanup.equals("compact")) {
            return "newest of a key";
        }
        long millis = Long.parseLong(topic.config().getOrDefault("retention.ms", "-1"));
        long bytes = Long.parseLong(topic.config().getOrDefault("retention.bytes", "-1"));
        String time = millis < 0 ? "for ever" : Duration.ofMillis(millis).toDays() + " days";
        return bytes < 0 ? time : time + ", at most %,d bytes a partition".formatted(bytes);
    }
}
