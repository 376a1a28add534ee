// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.broker.LocalBroker;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.KafkaSection;
import io.coffey.service.RunSection;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way to a run's broker for a command that only looks: the broker that runs, or, where the run's own broker does
 * not, that one started for the moment.
 */
public final class RunConnection implements AutoCloseable {

    private static final Duration BROKER_LIMIT = Duration.ofSeconds(20);

    private final KafkaClients clients;
    private final @Nullable LocalBroker broker;
    private final RunDirectory.@Nullable Claim claim;

    private RunConnection(KafkaClients clients, @Nullable LocalBroker broker, RunDirectory.@Nullable Claim claim) {
        this.clients = clients;
        this.broker = broker;
        this.claim = claim;
    }

    /**
     * Connects.
     *
     * @param reads the run that this one reads, whose broker is this one's where it has none of its own
     * @throws UserException if the broker cannot be reached, or the run has none yet
     */
    public static RunConnection open(RunSection run, KafkaSection kafka, Optional<String> reads) throws IOException {
        if (!kafka.local()) {
            KafkaClients clients = KafkaClients.of(kafka);
            clients.requireBroker(BROKER_LIMIT);
            return new RunConnection(clients, null, null);
        }
        RunDirectory directory = withBroker(run, reads);
        Optional<String> running = LocalBroker.runningIn(directory.broker());
        if (running.isPresent()) {
            return new RunConnection(new KafkaClients(running.get(), kafka.properties()), null, null);
        }
        if (!Files.isDirectory(directory.broker())) {
            throw new UserException(
                    ExitCode.BROKER,
                    "run %s has no broker yet: coffey run starts one in %s".formatted(run.name(), directory.broker()));
        }
        RunDirectory.Claim claim = directory.claim();
        LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(directory.broker()));
        broker.start();
        return new RunConnection(new KafkaClients(broker.bootstrapServers(), kafka.properties()), broker, claim);
    }

    private static RunDirectory withBroker(RunSection run, Optional<String> reads) {
        RunDirectory own = RunDirectory.of(run);
        if (reads.isEmpty() || Files.isDirectory(own.broker())) {
            return own;
        }
        return RunDirectory.at(run.directory().resolve(reads.get()));
    }

    public KafkaClients clients() {
        return clients;
    }

    @Override
    public void close() throws IOException {
        if (broker != null) {
            broker.stop();
        }
        if (claim != null) {
            claim.close();
        }
    }
}
