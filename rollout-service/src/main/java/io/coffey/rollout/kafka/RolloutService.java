// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import io.coffey.adapter.AdaptedModel;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.rollout.LocalEngine;
import io.coffey.rollout.PolicyFeed;
import io.coffey.rollout.RolloutEngine;
import io.coffey.rollout.RolloutMetrics;
import io.coffey.rollout.RolloutProgress;
import io.coffey.rollout.RolloutSection;
import io.coffey.rollout.RolloutWorker;
import io.coffey.rollout.TeacherEngine;
import io.coffey.service.Health;
import io.coffey.service.KafkaClients;
import io.coffey.service.MetricsEndpoint;
import io.coffey.service.Service;
import io.coffey.service.TransactionalOutput;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaTopic;
import io.coffey.stream.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * A student worker: samples what {@code rollout-requests} asks for and writes {@code trajectories}, exactly once.
 *
 * <p>Several workers share the requests by partition. Each holds its place in the log by the offsets that it commits
 * with its answers, so whatever a worker had not committed is redone by the next one, with the same ids and seeds.
 */
public final class RolloutService implements Service {

    private final RolloutSection settings;
    private static final Duration SCHEMA_TIMEOUT = Duration.ofSeconds(20);

    private final String runId;
    private final Topics topics;
    private final Codecs codecs;
    private final KafkaClients clients;
    private final Supplier<PolicyFeed> policies;
    private final Supplier<RolloutEngine> engines;
    private final RolloutProgress progress = new RolloutProgress();
    private final Health health = new Health();
    private volatile boolean stopping;
    private volatile @Nullable Consumer<byte[], byte[]> waiting;

    /**
     * A worker, not yet running.
     *
     * @param runId run it works for
     * @param topics the run's topics, which exist
     * @param policies opens the feed of policy versions, on the worker's thread
     * @param engines opens the engine, on the worker's thread
     */
    public RolloutService(
            String runId,
            Topics topics,
            KafkaClients clients,
            Codecs codecs,
            RolloutSection settings,
            Supplier<PolicyFeed> policies,
            Supplier<RolloutEngine> engines) {
        this.runId = runId;
        this.topics = topics;
        this.clients = clients;
        this.codecs = codecs;
        this.settings = settings;
        this.policies = policies;
        this.engines = engines;
    }

    /**
     * A worker that samples in this process.
     *
     * @param student the student's network and tokenizer; its weights only as the base of adapters, and where version 0
     *     is no longer in the log
     * @param engines opens the engine, on the worker's thread
     */
    public static RolloutService local(
            String runId,
            Topics topics,
            KafkaClients clients,
            Codecs codecs,
            RolloutSection settings,
            ModelDirectory student,
            Supplier<RolloutEngine> engines) {
        String followerId = clientId(runId, settings) + ".policy";
        return new RolloutService(
                runId,
                topics,
                clients,
                codecs,
                settings,
                () -> new FollowedPolicies(
                        () -> clients.assignedConsumer(followerId),
                        topics,
                        codecs,
                        new AdaptedModel(student),
                        () -> initial(student)),
                engines);
    }

    /**
     * Opens an engine in this process.
     *
     * @param teacher writes what requests for the teacher's completions ask for; without one they fail
     */
    public static RolloutEngine engine(
            RolloutSection settings, ModelDirectory student, Optional<ModelDirectory> teacher) {
        return teacher.<RolloutEngine>map(model -> TeacherEngine.open(settings, student, model))
                .orElseGet(() -> new LocalEngine(
                        student.decoder(), student.tokenizer().fingerprint(), settings.slots(), settings.workerId()));
    }

    private static Optional<byte[]> initial(ModelDirectory student) {
        if (!student.hasWeights()) {
            return Optional.empty();
        }
        try (Weights weights = student.loadWeights()) {
            return Optional.of(weights.toBytes());
        }
    }

    /** A worker of a run whose topics are named after it, in a process of its own that tells how it is doing. */
    public static RolloutService of(
            String runId,
            KafkaClients clients,
            MetricsEndpoint metrics,
            RolloutSection settings,
            ModelDirectory student,
            Optional<ModelDirectory> teacher) {
        Topics topics = new Topics(runId);
        clients.requireTopics(
                List.of(topics.rolloutRequests(), topics.trajectories(), topics.policyVersions()), SCHEMA_TIMEOUT);
        String readerId = clientId(runId, settings) + ".schemas";
        SchemaTopic schemas = new SchemaTopic(() -> clients.assignedConsumer(readerId), topics, SCHEMA_TIMEOUT);
        metrics.followLag(clients, group(runId), topics.rolloutRequests());
        return metrics.watch(local(
                runId,
                topics,
                clients,
                new Codecs(schemas),
                settings,
                student,
                () -> engine(settings, student, teacher)));
    }

    @Override
    public String name() {
        return "rollout";
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public void measure(MeterRegistry registry) {
        RolloutMetrics.register(progress, registry);
    }

    @Override
    public Optional<String> lacks() {
        return progress.version() < 0 ? Optional.of("it serves no weights yet") : Optional.empty();
    }

    /** Where it stands, for whoever watches. */
    public RolloutProgress progress() {
        return progress;
    }

    @Override
    public void run() {
        String clientId = clientId(runId, settings);
        try (TransactionalOutput output =
                        new TransactionalOutput(() -> clients.transactionalProducer(clientId), health::turned);
                Consumer<byte[], byte[]> consumer = clients.groupConsumer(group(runId), clientId);
                PolicyFeed feed = policies.get();
                RolloutEngine engine = engines.get()) {
            waiting = consumer;
            RolloutLoop loop = loop(output, consumer, feed, engine);
            loop.start();
            health.running();
            while (!stopping) {
                loop.turn();
            }
            loop.finish();
        } catch (WakeupException e) {
            if (!stopping) {
                throw e;
            }
        } finally {
            waiting = null;
        }
    }

    @Override
    public void stop() {
        stopping = true;
        Consumer<byte[], byte[]> consumer = waiting;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    /** The consumer group that the workers of a run share. */
    public static String group(String runId) {
        return runId + ".rollout";
    }

    private static String clientId(String runId, RolloutSection settings) {
        return runId + ".rollout." + settings.workerId();
    }

    private RolloutLoop loop(
            TransactionalOutput output, Consumer<byte[], byte[]> consumer, PolicyFeed feed, RolloutEngine engine) {
        String workerId = settings.workerId();
        RolloutWorker<ConsumerRecord<byte[], byte[]>> worker =
                new RolloutWorker<>(engine, feed, workerId, settings.maxQueued(), progress);
        return new RolloutLoop(
                settings,
                topics.rolloutRequests(),
                consumer,
                output,
                feed,
                worker,
                new RequestReader(codecs.rolloutRequests(), runId, workerId),
                new AnswerWriter(topics, codecs, workerId, KafkaClients.MAX_VALUE_BYTES),
                health,
                progress::setAside,
                System::nanoTime);
    }
}
