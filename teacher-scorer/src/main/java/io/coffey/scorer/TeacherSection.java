// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.service.ComputeSection;
import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The section {@code teacher}: who scores, and what it sees. */
public interface TeacherSection extends ComputeSection {

    /** Its Hugging Face directory; absent where the student teaches itself. */
    Optional<Path> model();

    /** Whose weights teach; {@code model} where there is one, else {@code initial}. */
    Optional<Origin> weights();

    /** Share that a self-teacher of weights {@code ema} keeps of itself at every published version. */
    @WithDefault("0.999")
    @Range("[0, 1)")
    double decay();

    /** What the teacher sees that the student does not. */
    ContextSection context();

    /** Where a teacher's weights come from. */
    enum Origin {
        /** The directory that {@code teacher.model} names. */
        MODEL,
        /** The student before training. */
        INITIAL,
        /** The exponential moving average of what the trainer published, up to the version that sampled. */
        EMA,
        /** The version that sampled. */
        LIVE
    }

    /** The section {@code teacher.context}. */
    interface ContextSection {

        /** The teacher's prompt, with {prompt} and {reference} in their places; absent where it sees the student's. */
        Optional<String> template();

        /** How long a trajectory waits for its prompt to be read before it is set aside; at most 5m. */
        @WithDefault("10s")
        Duration timeout();
    }
}
