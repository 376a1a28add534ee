// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.prompts.PromptFile;
import io.coffey.rollout.RolloutSection;
import io.coffey.scorer.ScorerSection;
import io.coffey.scorer.TeacherSection;
import io.coffey.service.KafkaSection;
import io.coffey.service.MetricsSection;
import io.coffey.service.ModelSection;
import io.coffey.service.Range;
import io.coffey.service.RunSection;
import io.coffey.service.TopicsSection;
import io.coffey.trainer.OptimizationSection;
import io.coffey.trainer.SamplingSection;
import io.coffey.trainer.TrainerSection;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The whole run file: what every role reads of it, and what the one-process run adds. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
public interface LocalRunSettings {

    /** Which run this is. */
    RunSection run();

    /** Which broker. */
    KafkaSection kafka();

    /** Where metrics are served. */
    MetricsSection metrics();

    /** How the topics are made. */
    TopicsSection topics();

    /** Which prompts. */
    PromptsSection prompts();

    /** How rollouts sample. */
    SamplingSection sampling();

    /** Who learns. */
    ModelSection student();

    /** Who scores, and what it sees. */
    TeacherSection teacher();

    /** What the student is trained to do. */
    Map<String, String> objective();

    /** How a rollout worker samples. */
    RolloutSection rollout();

    /** How the scorer scores. */
    ScorerSection scorer();

    /** How the trainer trains. */
    TrainerSection trainer();

    /** How the student is fine-tuned on the teacher's responses before a preference run begins. */
    WarmUpSection warmUp();

    /** How the student is evaluated. */
    EvaluationSection evaluation();

    /** The section {@code prompts}. */
    interface PromptsSection {
        /** A JSON object a line: prompt, and where there are any reference and a teacher's response. */
        Path file();

        /** Name of the prompt in a line. */
        @WithDefault("prompt")
        String promptKey();

        /** Name of the reference in a line: for verifiers and for a teacher that is shown it. */
        @WithDefault("reference")
        String referenceKey();

        /** Name of a teacher's response in a line: for preference pairs. */
        @WithDefault("teacherText")
        String responseKey();

        /** What the student is shown, with {prompt} where the prompt of the line goes. */
        @WithDefault(PromptFile.PROMPT)
        String template();

        /** What becomes of prompts that leave no room for the new tokens. */
        @WithDefault("refuse")
        TooLong tooLong();

        /** Share of the prompts that is never trained on and kept for evaluation. */
        @WithDefault("0.05")
        @Range("[0, 1)")
        double heldOut();
    }

    /** What becomes of prompts that are too long. */
    enum TooLong {
        /** The run does not begin. */
        REFUSE,
        /** They are left out, and counted. */
        LEAVE_OUT
    }

    /** The section {@code warmUp}; the run's seed decides the order of the responses. */
    interface WarmUpSection extends OptimizationSection {
        /** Optimiser steps. */
        @WithDefault("100")
        @Range("[1, inf)")
        long steps();

        /** Responses a step takes. */
        @WithDefault("64")
        @Range("[1, inf)")
        int batch();

        /** Peak learning rate. */
        @WithDefault("5e-6")
        @Range("(0, inf)")
        double learningRate();
    }

    /** The section {@code evaluation}. */
    interface EvaluationSection {
        /** Optimiser steps between evaluations; 0 for one before and one after. */
        @WithDefault("50")
        @Range("[0, inf)")
        int every();

        /** Most held-out prompts to evaluate on. */
        @WithDefault("300")
        @Range("[1, inf)")
        int prompts();

        /** Judges completions; without one there is no accuracy. */
        Optional<String> verifier();

        /** Native threads of an evaluator that is a process of its own; all processors where absent. */
        @Range("[1, 1024]")
        OptionalInt threads();
    }
}
