// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.StreamSettings;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.Admin;

/**
 * The topics of a run as a table.
 *
 * @param settings which run, and which broker
 * @param specs the topics as they should be
 */
record TopicTable(StreamSettings settings, List<TopicSpec> specs) {

    /** The table of a run file. */
    static TopicTable of(RunFileOptions options) {
        StreamSettings settings = SettingsLoader.of(StreamSettings.class)
                .load(options.file(), options.overrides(), System.getenv())
                .values();
        return new TopicTable(
                settings,
                TopicCatalogue.of(
                        new Topics(settings.run().name()),
                        TopicSettings.of(
                                settings.topics().partitions(),
                                settings.topics().replication())));
    }

    /**
     * Prints it, and under it what differs on the broker.
     *
     * @param onBroker does what is to be done there, and returns how the broker's topics differ, one line each
     */
    void print(PrintWriter out, BiFunction<Admin, List<TopicSpec>, List<String>> onBroker) {
        out.printf("%-44s %10s %9s  %-8s %s%n", "topic", "partitions", "replicas", "cleanup", "retention");
        specs.forEach(topic -> out.println(line(topic)));
        try (RunConnection connection = RunConnection.open(
                        settings.run(), settings.kafka(), settings.trainer().reads());
                Admin admin = connection.clients().admin()) {
            List<String> differences = onBroker.apply(admin, specs);
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
