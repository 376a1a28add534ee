// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.objective.Objectives;
import io.coffey.model.ModelDirectory;
import io.coffey.model.ModelException;
import io.coffey.model.Precision;
import io.coffey.scorer.kafka.ScorerService;
import io.coffey.scorer.teacher.LocalTeacher;
import io.coffey.service.ComputeSection;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The scorer as a process of its own: {@code RUN_FILE [--set key=value]...}. */
public final class ScorerMain {

    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(20);

    private ScorerMain() {}

    public static void main(String[] arguments) {
        ServiceMain.run(
                arguments,
                ScorerMain::service,
                Set.of(ModelException.class, TokenizerException.class, WeightsException.class, DeviceException.class));
    }

    static Service service(ServiceMain.Arguments arguments) {
        ScorerSettings settings = SettingsLoader.of(ScorerSettings.class)
                .section("objective", Objectives::problems)
                .check((all, problems) ->
                        TeacherChoice.problems(all.teacher(), all.objective()).forEach(problems::add))
                .load(arguments.runFile(), arguments.overrides(), arguments.environment())
                .values();
        MetricsEndpoint metrics =
                MetricsEndpoint.open(settings.metrics(), settings.run().name());
        KafkaClients clients = KafkaClients.of(settings.kafka()).measuredBy(metrics);
        clients.requireBroker(BROKER_TIMEOUT);
        Path student = settings.student().model();
        Needs needs = Objectives.create(settings.objective()).needs();
        Path teacher = needs.pairs() ? settings.run().warmedUp() : TeacherChoice.directory(settings.teacher(), student);
        if (Files.exists(student) && !teacher.equals(student)) {
            LocalTeacher.requireSameTokens(student, teacher);
        }
        ScorerSection scorer = settings.scorer();
        Torch.start(
                scorer.threads().orElse(Runtime.getRuntime().availableProcessors()),
                Device.named(settings.teacher().device()));
        ComputeSection compute = needs.pairs() ? settings.student() : settings.teacher();
        ModelDirectory model = ModelDirectory.open(
                teacher, Precision.valueOf(compute.precision().name()));
        return ScorerService.of(
                new ScorerJob(settings.run().name(), scorer, settings.teacher(), model, needs), clients, metrics);
    }
}
