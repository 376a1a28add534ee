// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.model.ModelException;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.MetricsEndpoint;
import io.coffey.service.Service;
import io.coffey.service.ServiceMain;
import io.coffey.service.UserException;
import io.coffey.stream.Topics;
import io.coffey.tokenizer.TokenizerException;
import io.coffey.torch.DeviceException;
import io.coffey.torch.Torch;
import io.coffey.training.DataException;
import io.coffey.weights.WeightsException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The evaluator as a process of its own: {@code RUN_FILE [--set key=value]...}. It needs the run's prompts file,
 * student and teacher, and ends when the run's last version is evaluated.
 */
public final class EvaluatorMain {

    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(20);

    private EvaluatorMain() {}

    public static void main(String[] arguments) {
        ServiceMain.run(
                arguments,
                EvaluatorMain::service,
                Set.of(
                        ModelException.class,
                        TokenizerException.class,
                        WeightsException.class,
                        DataException.class,
                        DeviceException.class));
    }

    static Service service(ServiceMain.Arguments arguments) {
        LocalRunSettings settings = RunSettingsReader.read(
                        arguments.runFile(), arguments.overrides(), arguments.environment())
                .values();
        MetricsEndpoint metrics =
                MetricsEndpoint.open(settings.metrics(), settings.run().name());
        KafkaClients clients = KafkaClients.of(settings.kafka()).measuredBy(metrics);
        clients.requireBroker(BROKER_TIMEOUT);
        RunLog log = RunLog.of(settings.run().name(), clients);
        Topics topics = log.topics();
        clients.requireTopics(
                List.of(topics.policyVersions(), topics.policyWeights(), topics.evaluations()), BROKER_TIMEOUT);
        RunInputs inputs = RunInputs.open(settings);
        Torch.start(
                settings.evaluation().threads().orElse(Runtime.getRuntime().availableProcessors()),
                RunInputs.device(settings));
        return new RunServices(settings, inputs, log, RunModels.OWN, metrics)
                .evaluator()
                .map(metrics::watch)
                .orElseThrow(() -> new UserException(
                        ExitCode.CONFIGURATION,
                        "prompts.heldOut: expected a share above 0 of enough prompts to evaluate on, found no prompt held"
                                + " out"));
    }
}
