// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import io.coffey.rollout.PolicyFeed;
import io.coffey.rollout.RolloutEngine;
import io.coffey.rollout.RolloutProgress;
import io.coffey.rollout.RolloutSettings;
import io.coffey.rollout.RolloutWorker;
import io.coffey.service.Health;
import io.coffey.service.KafkaClients;
import io.coffey.service.Service;
import io.coffey.service.TransactionalOutput;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A student worker: samples what {@code rollout-requests} asks for and writes {@code trajectories}, exactly once.
 *
 * <p>Several workers share the requests by partition. Each holds its place in the log by the offsets that it commits
 * with its answers, so whatever a worker had not committed is redone by the next one, with the same ids and seeds.
 */
public final class RolloutService implements Service {

    /** Leaves room for the key, the headers and the framing of a record. */
    private static final int MAX_VALUE_BYTES = KafkaClients.MAX_RECORD_BYTES - (16 << 10);

    private final RolloutSettings settings;
    private final Topics topics;
    private final Codecs codecs;
    private final String workerId;
    private final KafkaClients clients;
    private final Supplier<PolicyFeed> policies;
    private final Supplier<RolloutEngine> engines;
    private final RolloutProgress progress = new RolloutProgress();
    private final Health health = new Health(Clock.systemUTC());
    private volatile boolean stopping;

    /**
     * A worker, not yet running.
     *
     * @param workerId names it among the run's workers
     * @param policies opens the feed of policy versions, on the worker's thread
     * @param engines opens the engine, on the worker's thread
     */
    public RolloutService(
            RolloutSettings settings,
            Topics topics,
            Codecs codecs,
            String workerId,
            KafkaClients clients,
            Supplier<PolicyFeed> policies,
            Supplier<RolloutEngine> engines) {
        this.settings = settings;
        this.topics = topics;
        this.codecs = codecs;
        this.workerId = workerId;
        this.clients = clients;
        this.policies = policies;
        this.engines = engines;
    }

    @Override
    public String name() {
        return "rollout";
    }

    @Override
    public Health health() {
        return health;
    }

    /** Where it stands, for whoever watches. */
    public RolloutProgress progress() {
        return progress;
    }

    @Override
    public void run() {
        String group = topics.prefix() + ".rollout";
        String clientId = group + "." + workerId;
        try (TransactionalOutput output = new TransactionalOutput(() -> clients.transactionalProducer(clientId));
                Consumer<byte[], byte[]> consumer = clients.groupConsumer(group, clientId);
                PolicyFeed feed = policies.get();
                RolloutEngine engine = engines.get()) {
            RolloutLoop loop = loop(output, consumer, feed, engine);
            loop.start();
            health.running();
            while (!stopping) {
                loop.turn();
            }
            loop.finish();
        }
    }

    @Override
    public void stop() {
        stopping = true;
    }

    private RolloutLoop loop(
            TransactionalOutput output, Consumer<byte[], byte[]> consumer, PolicyFeed feed, RolloutEngine engine) {
        RolloutWorker<ConsumerRecord<byte[], byte[]>> worker =
                new RolloutWorker<>(engine, feed, workerId, settings.maxQueued(), progress);
        return new RolloutLoop(
                settings,
                topics.rolloutRequests(),
                consumer,
                output,
                feed,
                worker,
                new RequestReader(codecs.rolloutRequests(), topics.prefix(), workerId),
                new AnswerWriter(topics, codecs, workerId, MAX_VALUE_BYTES),
                health,
                System::nanoTime);
    }
}
