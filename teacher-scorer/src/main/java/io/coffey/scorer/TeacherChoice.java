// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.objective.Objectives;
import io.coffey.scorer.TeacherSection.Origin;
import io.coffey.scorer.context.ContextTemplate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the section {@code teacher} comes to, its defaults and its contradictions. */
public final class TeacherChoice {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private TeacherChoice() {}

    /** Where the weights come from. */
    public static Origin origin(TeacherSection teacher) {
        return teacher.weights().orElse(teacher.model().isPresent() ? Origin.MODEL : Origin.INITIAL);
    }

    /** The directory of network, tokenizer and, where they are read from a directory, weights. */
    public static Path directory(TeacherSection teacher, Path student) {
        return teacher.model().orElse(student);
    }

    /** How the teacher is shown the reference; empty where it sees what the student sees. */
    public static Optional<ContextTemplate> template(TeacherSection teacher, Needs needs) {
        Optional<ContextTemplate> given = teacher.context().template().map(ContextTemplate::new);
        return needs.context() ? given.or(() -> Optional.of(ContextTemplate.PLAIN)) : given;
    }

    /** What is wrong, by the key it is about; an objective with problems of its own comes first. */
    public static Map<String, String> problems(TeacherSection teacher, Map<String, String> objective) {
        return Objectives.problems(objective).isEmpty()
                ? problems(teacher, Objectives.create(objective).needs())
                : Map.of();
    }

    private static Map<String, String> problems(TeacherSection teacher, Needs needs) {
        Map<String, String> problems = new TreeMap<>();
        if (teacher.context().timeout().compareTo(LONGEST_WAIT) > 0) {
            problems.put(
                    "teacher.context.timeout",
                    "expected at most 5m, found %d s"
                            .formatted(teacher.context().timeout().toSeconds()));
        }
        Optional<String> template = teacher.context().template();
        template.flatMap(ContextTemplate::problem)
                .ifPresent(problem -> problems.put("teacher.context.template", problem));
        if (needs.pairs()) {
            problems.putAll(pairProblems(teacher));
            return problems;
        }
        Origin origin = origin(teacher);
        boolean named = teacher.model().isPresent();
        if (origin == Origin.MODEL && !named) {
            problems.put("teacher.model", "missing, expected a Hugging Face directory for teacher.weights model");
        } else if (origin != Origin.MODEL && named) {
            problems.put(
                    "teacher.model",
                    "expected none, because teacher.weights %s are the student's own"
                            .formatted(origin.name().toLowerCase(Locale.ROOT)));
        } else if (origin != Origin.MODEL && template.isEmpty() && !needs.context()) {
            problems.put(
                    "teacher.model",
                    "missing, expected a Hugging Face directory, or a teacher.context.template: a student that sees no more than itself teaches itself nothing");
        }
        return problems;
    }

    /**
     * Of pairs the teacher is known by its responses; a model of it writes those that are missing, and may be absent.
     */
    private static Map<String, String> pairProblems(TeacherSection teacher) {
        Map<String, String> problems = new TreeMap<>();
        teacher.context()
                .template()
                .ifPresent(template -> problems.put(
                        "teacher.context.template", "expected none: preference pairs compare responses to the prompt"));
        teacher.weights()
                .ifPresent(weights -> problems.put(
                        "teacher.weights", "expected none: pairs are scored by the student after the warm-up"));
        return problems;
    }
}
