// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.objective.Objectives;
import io.coffey.model.ModelException;
import io.coffey.service.KafkaClients;
import io.coffey.service.MetricsEndpoint;
import io.coffey.service.Service;
import io.coffey.service.ServiceMain;
import io.coffey.service.SettingsLoader;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaTopic;
import io.coffey.stream.Topics;
import io.coffey.tokenizer.TokenizerException;
import io.coffey.torch.Device;
import io.coffey.torch.DeviceException;
import io.coffey.torch.Torch;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.TrainerSettings;
import io.coffey.weights.WeightsException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The trainer as a process of its own: {@code RUN_FILE [--set key=value]...}. */
public final class TrainerMain {

    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(20);

    private TrainerMain() {}

    public static void main(String[] arguments) {
        ServiceMain.run(
                arguments,
                TrainerMain::service,
                Set.of(ModelException.class, TokenizerException.class, WeightsException.class, DeviceException.class));
    }

    static Service service(ServiceMain.Arguments arguments) {
        TrainerSettings settings = SettingsLoader.of(TrainerSettings.class)
                .section("objective", Objectives::problems)
                .load(arguments.runFile(), arguments.overrides(), arguments.environment())
                .values();
        String run = settings.run().name();
        MetricsEndpoint metrics = MetricsEndpoint.open(settings.metrics(), run);
        KafkaClients clients = KafkaClients.of(settings.kafka()).measuredBy(metrics);
        clients.requireBroker(BROKER_TIMEOUT);
        Topics topics = new Topics(run);
        clients.requireTopics(
                List.of(
                        topics.prompts(),
                        topics.rolloutRequests(),
                        topics.scoredTrajectories(),
                        topics.trainingSteps()),
                BROKER_TIMEOUT);
        Torch.start(
                settings.trainer().threads(), Device.named(settings.student().device()));
        TrainerJob job = TrainerJob.of(settings);
        metrics.followLag(clients, TrainerService.group(run), new Topics(job.source()).scoredTrajectories());
        return metrics.watch(new TrainerService(
                job,
                clients,
                topics,
                new Codecs(new SchemaTopic(() -> clients.assignedConsumer("schemas-" + run), topics, BROKER_TIMEOUT)),
                new TrainerProgress()));
    }
}
