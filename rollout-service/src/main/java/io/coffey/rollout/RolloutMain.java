// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.model.ModelDirectory;
import io.coffey.model.ModelException;
import io.coffey.model.Precision;
import io.coffey.rollout.kafka.RolloutService;
import io.coffey.service.KafkaClients;
import io.coffey.service.MetricsEndpoint;
import io.coffey.service.Service;
import io.coffey.service.ServiceMain;
import io.coffey.service.SettingsLoader;
import io.coffey.tokenizer.TokenizerException;
import io.coffey.torch.Device;
import io.coffey.torch.DeviceException;
import io.coffey.torch.Torch;
import io.coffey.weights.WeightsException;
import java.time.Duration;
import java.util.Set;

/** A rollout worker as a process of its own: {@code RUN_FILE [--set key=value]...}. */
public final class RolloutMain {

    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(20);

    private RolloutMain() {}

    public static void main(String[] arguments) {
        ServiceMain.run(
                arguments,
                RolloutMain::service,
                Set.of(ModelException.class, TokenizerException.class, WeightsException.class, DeviceException.class));
    }

    static Service service(ServiceMain.Arguments arguments) {
        RolloutSettings file = SettingsLoader.of(RolloutSettings.class)
                .load(arguments.runFile(), arguments.overrides(), arguments.environment())
                .values();
        ModelDirectory student = ModelDirectory.open(
                file.student().model(),
                Precision.valueOf(file.student().precision().name()));
        MetricsEndpoint metrics =
                MetricsEndpoint.open(file.metrics(), file.run().name());
        KafkaClients clients = KafkaClients.of(file.kafka()).measuredBy(metrics);
        clients.requireBroker(BROKER_TIMEOUT);
        Torch.start(
                file.rollout().threads().orElse(Runtime.getRuntime().availableProcessors()),
                Device.named(file.student().device()));
        return RolloutService.of(
                file.run().name(),
                clients,
                metrics,
                file.rollout(),
                student,
                file.rollout().teacher().map(ModelDirectory::open));
    }
}
