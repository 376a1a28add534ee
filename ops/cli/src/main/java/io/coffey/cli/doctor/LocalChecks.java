// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunDirectory;
import io.coffey.cli.run.RunInputs;
import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.Objectives;
import io.coffey.model.ModelDirectory;
import io.coffey.model.WeightsLayout;
import io.coffey.service.ExitCode;
import io.coffey.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What can be seen from this machine alone: engine, models, prompts, objective, disk. */
final class LocalChecks {

    private static final String NO_STUDENT = "student.model cannot be opened";

    private final Examination examination;
    private final LocalRunSettings settings;

    LocalChecks(Examination examination, LocalRunSettings settings) {
        this.examination = examination;
        this.settings = settings;
    }

    /** Does all of them. */
    void run() {
        boolean engine = engine();
        Optional<ModelDirectory> student =
                examination.check("student", () -> RunInputs.student(settings), LocalChecks::words);
        Optional<ModelDirectory> teacher =
                examination.check("teacher", () -> RunInputs.teacher(settings), LocalChecks::words);
        if (student.isPresent() && teacher.isPresent()) {
            fit(student.get(), teacher.get());
        } else {
            examination.skip("tokenizers", "student or teacher cannot be opened");
        }
        if (student.isEmpty()) {
            examination.skip("prompts", NO_STUDENT);
            examination.skip("objective", NO_STUDENT);
            examination.skip("disk", NO_STUDENT);
            return;
        }
        prompts(student.get(), teacher.orElse(student.get()));
        objective(student.get(), engine);
        disk(student.get());
    }

    private boolean engine() {
        return examination
                .check(
                        "engine",
                        () -> {
                            Torch.start(settings.trainer().threads(), RunInputs.device(settings));
                            return Torch.threads();
                        },
                        threads -> "libtorch %s, %s, device %s, %d thread(s)"
                                .formatted(Torch.version(), Torch.cpuCapability(), Torch.device(), threads))
                .map(this::threads)
                .isPresent();
    }

    private int threads(int threads) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads > processors) {
            examination.warn(
                    "threads",
                    "trainer.threads is %d and this machine has %d processors: more threads than processors slow each other"
                            .formatted(threads, processors));
        } else {
            examination.ok("threads", "trainer.threads %d of %d processors".formatted(threads, processors));
        }
        return threads;
    }

    private static String words(ModelDirectory model) {
        return "%s: %,d parameters, %,d tokens, context %,d"
                .formatted(
                        model.path(),
                        WeightsLayout.of(model.config()).size(),
                        model.config().vocabularySize(),
                        model.config().maxLength());
    }

    private void fit(ModelDirectory student, ModelDirectory teacher) {
        List<String> misfits =
                RunInputs.misfits(student, teacher, settings.sampling().maxNewTokens());
        if (misfits.isEmpty()) {
            examination.ok(
                    "tokenizers",
                    "equal (fingerprint %.12s), vocabularies of %,d tokens"
                            .formatted(
                                    student.tokenizer().fingerprint(),
                                    student.config().vocabularySize()));
        } else {
            examination.fail("tokenizers", ExitCode.DATA, String.join("; ", misfits));
        }
    }

    private void prompts(ModelDirectory student, ModelDirectory teacher) {
        examination.check(
                "prompts",
                () -> RunInputs.prompts(settings, student, teacher),
                prompts -> "%s: %,d to train on, %,d held out, %,d left out as too long"
                        .formatted(
                                settings.prompts().file(),
                                prompts.training().size(),
                                prompts.heldOut().size(),
                                prompts.leftOut()));
    }

    private void objective(ModelDirectory student, boolean engine) {
        if (!engine) {
            examination.skip("objective", "libtorch, which compiles its loss, cannot be loaded");
            return;
        }
        examination.check(
                "objective",
                () -> {
                    Objective objective = Objectives.create(settings.objective());
                    objective.compile(student.config().vocabularySize());
                    return objective;
                },
                objective -> "%s: needs %s"
                        .formatted(
                                objective.name(),
                                String.join(", ", objective.needs().words())));
    }

    private void disk(ModelDirectory student) {
        examination.attempt("disk", () -> {
            Path run = RunDirectory.of(settings.run()).path();
            DiskNeed need = DiskNeed.of(
                    settings,
                    WeightsLayout.of(student.config()).byteCount(),
                    Objectives.create(settings.objective()).needs());
            long free = Files.getFileStore(existing(run)).getUsableSpace();
            String found = "%s: %s free, at most %s needed (%s)"
                    .formatted(run, DiskNeed.size(free), DiskNeed.size(need.total()), need.text());
            if (free < need.files()) {
                examination.fail(
                        "disk", ExitCode.DATA, found + ": make room, or put run.directory where there is some");
            } else if (free < need.total()) {
                examination.warn("disk", found + ": the log may fill the disk before the run ends");
            } else {
                examination.ok("disk", found);
            }
            return free;
        });
    }

    /** The nearest folder that is there: the run's own is made when it begins. */
    private static Path existing(Path path) {
        Path folder = path.toAbsolutePath();
        while (!Files.exists(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        return folder;
    }
}
