// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.service.Range;
import io.smallrye.config.WithDefault;

/** Section {@code sampling} of the run file: what the trainer asks of rollouts. */
public interface SamplingSection {

    /** Whose completions are trained: the student's own, the teacher's, or what both write together. */
    @WithDefault("student")
    Prefix origin();

    /** Share of the student in the distribution that every token is sampled from with origin `mixed`. */
    @WithDefault("0.5")
    @Range("[0, 1]")
    float studentShare();

    /** Divides the logits; 0 is greedy. */
    @WithDefault("1")
    @Range("[0, inf)")
    float temperature();

    /** Keep the k likeliest tokens; 0 keeps all. */
    @WithDefault("0")
    @Range("[0, inf)")
    int topK();

    /** Keep the smallest set of tokens with this mass; 1 keeps all. */
    @WithDefault("1")
    @Range("(0, 1]")
    float topP();

    /** Length limit of a completion. */
    @WithDefault("512")
    @Range("[1, inf)")
    int maxNewTokens();

    /** Completions sampled per request. */
    @WithDefault("1")
    @Range("[1, inf)")
    int samplesPerPrompt();

    /** Who writes what is trained. */
    enum Prefix {
        /** The student, from its newest weights: on-policy. */
        STUDENT(Origin.STUDENT),
        /** The teacher: off-policy. */
        TEACHER(Origin.TEACHER),
        /** At every token either, by chance: between the two. */
        MIXED(Origin.MIXED);

        private final Origin origin;

        Prefix(Origin origin) {
            this.origin = origin;
        }

        /** As requests and trajectories say it. */
        public Origin origin() {
            return origin;
        }
    }

    /** How the length limit grows. */
    CurriculumSection curriculum();

    /** The part that travels with every request. */
    default Sampling sampling() {
        float share = origin() == Prefix.MIXED ? studentShare() : 1;
        return new Sampling(temperature(), topK(), topP(), maxNewTokens(), share);
    }
}
