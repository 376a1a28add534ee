// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.adapter.AdaptedModel;
import io.coffey.cli.report.Chart;
import io.coffey.cli.report.Chart.Series;
import io.coffey.cli.report.CurveSvg;
import io.coffey.cli.report.Metrics;
import io.coffey.cli.report.RunHistory;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.model.Weights;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.PolicyFollower;
import io.coffey.trainer.StudentFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** What a finished run leaves besides its summary: the student and the curve. */
final class RunResults {

    private static final Duration READ_LIMIT = Duration.ofSeconds(60);

    private final RunDirectory directory;
    private final LocalRunSettings settings;
    private final RunInputs inputs;
    private final RunHistory history;

    RunResults(RunDirectory directory, LocalRunSettings settings, RunInputs inputs, RunHistory history) {
        this.directory = directory;
        this.settings = settings;
        this.inputs = inputs;
        this.history = history;
    }

    /**
     * Writes the newest published weights as a Hugging Face directory, and beside it the adapter if that is what
     * learned.
     */
    void saveStudent(RunLog log) {
        try (PolicyFollower follower = new PolicyFollower(
                () -> log.clients().assignedConsumer(log.topics().prefix() + ".export"),
                log.topics(),
                log.codecs(),
                READ_LIMIT,
                new AdaptedModel(inputs.student()))) {
            follower.catchUp();
            PolicyVersion newest = follower.newest()
                    .orElseThrow(() -> new UserException(
                            ExitCode.DATA,
                            "topic %s announces no weights"
                                    .formatted(log.topics().policyVersions())));
            byte[] bytes = follower.weights(newest);
            try (Weights weights = Weights.fromBytes(inputs.student().config(), ByteBuffer.wrap(bytes))) {
                inputs.student().save(directory.student(), weights);
            }
            if (newest.kind() == PolicyVersion.Kind.ADAPTER) {
                new StudentFiles.OfAdapter(inputs.student()).save(directory.adapter(), follower.published(newest));
            }
        }
    }

    /** Writes divergence and accuracy over steps. */
    void drawCurve() throws IOException {
        Chart divergence = new Chart(
                "reverse KL to the teacher, nats per token",
                List.of(
                        new Series("training batch", history.reverseKl(), false),
                        new Series("held out", history.evaluated(Metrics.REVERSE_KL), true)),
                false);
        Chart accuracy = new Chart(
                "accuracy on held-out prompts",
                List.of(
                        new Series("greedy", history.evaluated(Metrics.ACCURACY_GREEDY), true),
                        new Series("sampled", history.evaluated(Metrics.ACCURACY_SAMPLED), true)),
                true);
        List<Chart> charts =
                settings.evaluation().verifier().isPresent() ? List.of(divergence, accuracy) : List.of(divergence);
        Files.writeString(directory.curve(), CurveSvg.render(settings.run().name(), charts));
    }
}
