// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.trainer.TrainerJob;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the ledger of a run says to another that wants to train its trajectories: whether they carry what that needs.
 */
final class ReadRun {

    private static final String OBJECTIVE = "objective.";

    private ReadRun() {}

    /**
     * Checks before the first step.
     *
     * @param job the reader's
     * @param ledger lines of the run that it reads
     * @throws UserException naming what the trajectories lack
     */
    static void require(TrainerJob job, List<TrainingStep> ledger) {
        if (ledger.isEmpty()) {
            throw refused(ExitCode.DATA, "run %s has no step yet: start it first".formatted(job.source()));
        }
        Map<String, String> settings = ledger.get(0).settings();
        String tokenizer = job.student().tokenizer().fingerprint();
        if (!tokenizer.equals(settings.get("student.tokenizer"))) {
            throw refused(
                    ExitCode.DATA,
                    "run %s has ids of tokenizer %s, but the student of run %s has %s: its trajectories cannot be read"
                            .formatted(job.source(), settings.get("student.tokenizer"), job.runId(), tokenizer));
        }
        if (job.objective().policyGradient() && !sampledByTheStudent(settings)) {
            throw refused(
                    ExitCode.CONFIGURATION,
                    "objective %s needs samples of a student's own distribution, but run %s samples otherwise: expected its sampling.origin student, temperature 1, topK 0 and topP 1"
                            .formatted(job.objective().name(), job.source()));
        }
        String origin = settings.getOrDefault("sampling.origin", Origin.STUDENT.name());
        TrainerJob.filterProblem(job.settings().filter(), job.objective(), Origin.valueOf(origin))
                .ifPresent(problem -> {
                    throw refused(
                            ExitCode.CONFIGURATION, "trainer.filter: %s in run %s".formatted(problem, job.source()));
                });
        Objective carried = objective(ledger.get(0));
        Needs missing = job.objective().needs().missingFrom(carried.needs());
        if (!missing.words().isEmpty()) {
            throw refused(
                    ExitCode.CONFIGURATION,
                    "objective %s needs %s, which the trajectories of run %s (objective %s) do not carry"
                            .formatted(
                                    job.objective().name(),
                                    String.join(" and ", missing.words()),
                                    job.source(),
                                    carried.name()));
        }
    }

    /** The objective that the trajectories were made for. */
    private static Objective objective(TrainingStep opening) {
        Map<String, String> settings = new TreeMap<>();
        opening.settings().forEach((name, value) -> {
            if (name.startsWith(OBJECTIVE)) {
                settings.put(name.substring(OBJECTIVE.length()), value);
            }
        });
        settings.put("type", opening.objective().split("/", -1)[0]);
        return Objectives.create(settings);
    }

    private static boolean sampledByTheStudent(Map<String, String> settings) {
        return settings.getOrDefault("sampling.origin", Origin.STUDENT.name()).equals(Origin.STUDENT.name())
                && "1.0".equals(settings.get("sampling.temperature"))
                && "0".equals(settings.get("sampling.topK"))
                && "1.0".equals(settings.get("sampling.topP"));
    }

    private static UserException refused(int exitCode, String message) {
        return new UserException(exitCode, message);
    }
}
