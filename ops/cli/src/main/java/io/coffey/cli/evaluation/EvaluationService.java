// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.evaluation;

import io.coffey.adapter.AdaptedModel;
import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.service.Health;
import io.coffey.service.KafkaClients;
import io.coffey.service.Service;
import io.coffey.stream.Codecs;
import io.coffey.stream.PolicyFollower;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import io.coffey.stream.WeightsUnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the published weights of a run and writes an evaluation of the first version, of every n-th, and, once
 * training is over, of the newest. What was evaluated before a restart is not evaluated again.
 */
public final class EvaluationService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluationService.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BROKER_LIMIT = Duration.ofSeconds(60);

    private final KafkaClients clients;
    private final Topics topics;
    private final Codecs codecs;
    private final ModelDirectory student;
    private final int every;
    private final long lastVersion;
    private final Supplier<Evaluator> evaluators;
    private final Health health = new Health();
    private final Set<Long> evaluated = new HashSet<>();
    private volatile boolean trainingOver;
    private volatile boolean stopping;

    /**
     * A service, not yet running.
     *
     * @param student architecture of the published weights, and the base of adapters
     * @param every optimiser steps between evaluations; 0 for the first version and the last alone
     * @param lastVersion the newest version that the run will publish: with it, training is over
     * @param evaluators opens the evaluator, on the service's thread
     */
    public EvaluationService(
            KafkaClients clients,
            Topics topics,
            Codecs codecs,
            ModelDirectory student,
            int every,
            long lastVersion,
            Supplier<Evaluator> evaluators) {
        this.clients = clients;
        this.topics = topics;
        this.codecs = codecs;
        this.student = student;
        this.every = every;
        this.lastVersion = lastVersion;
        this.evaluators = evaluators;
    }

    @Override
    public String name() {
        return "evaluator";
    }

    @Override
    public Health health() {
        return health;
    }

    /**
     * Says that no newer weights will come: what is due is evaluated, the newest version too, and {@link #run} returns.
     */
    public void finish() {
        trainingOver = true;
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public void run() throws InterruptedException {
        String clientId = topics.prefix() + ".evaluator";
        readEarlierEvaluations(clientId);
        try (PolicyFollower follower = new PolicyFollower(
                        () -> clients.assignedConsumer(clientId),
                        topics,
                        codecs,
                        BROKER_LIMIT,
                        new AdaptedModel(student));
                Producer<byte[], byte[]> producer = clients.producer(clientId);
                Evaluator evaluator = evaluators.get()) {
            health.running();
            while (!stopping) {
                health.turned();
                boolean last = trainingOver;
                List<PolicyVersion> announced = follower.poll(POLL);
                if (last) {
                    follower.catchUp();
                    announced = follower.versions();
                }
                for (PolicyVersion version : announced) {
                    boolean newest = follower.newest().equals(Optional.of(version));
                    if (!stopping && (isDue(version.version()) || (last && newest))) {
                        evaluate(version, follower, evaluator, producer);
                    }
                }
                if (last) {
                    return;
                }
                if (follower.newest()
                        .filter(newest -> newest.version() >= lastVersion)
                        .isPresent()) {
                    finish();
                }
            }
        }
    }

    private boolean isDue(long version) {
        return version == 0 || (every > 0 && version % every == 0);
    }

    private void readEarlierEvaluations(String clientId) {
        try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
            TopicReader.readToEnd(
                    consumer,
                    topics.evaluations(),
                    record -> evaluated.add(
                            codecs.evaluations().decode(record.value()).policyVersion()));
        }
    }

    private void evaluate(
            PolicyVersion version, PolicyFollower follower, Evaluator evaluator, Producer<byte[], byte[]> producer)
            throws InterruptedException {
        if (!evaluated.add(version.version())) {
            return;
        }
        Weights weights;
        try {
            weights = Weights.fromBytes(student.config(), ByteBuffer.wrap(follower.weights(version)));
        } catch (WeightsUnavailableException e) {
            LOG.atWarn()
                    .addKeyValue("policyVersion", version.version())
                    .addKeyValue("cause", e.getMessage())
                    .log("version is not evaluated: its weights are gone");
            return;
        }
        Map<String, Double> metrics = evaluator.evaluate(weights);
        Evaluation evaluation =
                new Evaluation(version.runId(), version.version(), version.version(), evaluator.prompts(), metrics);
        try {
            producer.send(new StreamRecords(topics, codecs).of(evaluation)).get();
        } catch (ExecutionException e) {
            throw new KafkaException("an evaluation could not be written: " + e.getMessage(), e.getCause());
        }
        health.progress(1);
        LOG.atInfo()
                .addKeyValue("policyVersion", version.version())
                .addKeyValue("metrics", metrics)
                .log("evaluated");
    }
}
