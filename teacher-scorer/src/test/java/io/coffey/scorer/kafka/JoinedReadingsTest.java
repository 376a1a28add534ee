// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.Trajectories;
import io.coffey.scorer.context.ContextTemplate;
import io.coffey.scorer.context.PrivilegedContext;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.stream.Codecs;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.SchemaSource;
import io.coffey.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JoinedReadingsTest {

    private static final ContextTemplate TEMPLATE = new ContextTemplate("{reference}#{prompt}");

    private final Tokenizer tokenizer = Tokenizer.load(Path.of("../examples/sum/student"));
    private final FakePrompts prompts = new FakePrompts();
    private final Trajectory trajectory = Trajectories.ofLength(0, 2);

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void putsTheReferenceIntoTheTeachersPromptAndLeavesTheStudents() {
        prompts.put(prompt("1+2"));

        Reading reading = readings(1).of(trajectory);

        assertThat(reading.prompt()).containsExactly(tokenizer.encode("1+2#12="));
        assertThat(reading.contextHash()).isEqualTo(TEMPLATE.hash("1+2"));
        assertThat(reading.trajectory()).isSameAs(trajectory);
        assertThat(trajectory.promptTokens()).containsExactly(3, 1);
    }

    @Test
    void waitsForAPromptThatComesAMomentLater() {
        prompts.appearsAfter = 3;
        prompts.put(prompt("1+2"));

        boolean waited = readings(60_000).await(List.of(trajectory), () -> false);

        assertThat(waited).isTrue();
        assertThat(prompts.asked).isEqualTo(4);
    }

    @Test
    void waitsNoLongerThanItsLimitAndNamesWhatIsMissing() {
        JoinedReadings readings = readings(1);

        assertThat(readings.await(List.of(trajectory), () -> false)).isTrue();
        assertThatThrownBy(() -> readings.of(trajectory))
                .isInstanceOf(UnscorableTrajectoryException.class)
                .hasMessage(
                        "prompt p0, with which the trajectory is to be joined, did not come within 1 ms (teacher.context.timeout)");
    }

    @Test
    void endsItsWaitWhenItIsToldTo() {
        assertThat(readings(60_000).await(List.of(trajectory), () -> true)).isFalse();
    }

    @Test
    void namesAPromptWithoutAReferenceAndOneThatCannotBeRead() {
        prompts.put(prompt(null));

        assertThatThrownBy(() -> readings(1).of(trajectory))
                .isInstanceOf(UnscorableTrajectoryException.class)
                .hasMessage("prompt p0 has no reference, which teacher.context shows the teacher");

        prompts.records.put("p0", new byte[] {1, 2, 3});

        assertThat(readings(1).await(List.of(trajectory), () -> false)).isTrue();
        assertThatThrownBy(() -> readings(1).of(trajectory))
                .isInstanceOf(UnscorableTrajectoryException.class)
                .hasMessageStartingWith("prompt p0: cannot decode");
    }

    private JoinedReadings readings(int timeoutMillis) {
        return new JoinedReadings(
                prompts, new PrivilegedContext(TEMPLATE, tokenizer)::read, Duration.ofMillis(timeoutMillis));
    }

    private static Prompt prompt(@Nullable String reference) {
        return new Prompt("p0", "12=", new int[] {3, 4, 13}, reference, null, Map.of());
    }

    /** Records in memory, which may appear only after some questions. */
    private static final class FakePrompts implements Prompts {

        private final RecordCodec<Prompt> codec = new Codecs(SchemaSource.none()).prompts();
        private final Map<String, byte[]> records = new HashMap<>();
        private int appearsAfter;
        private int asked;

        void put(Prompt prompt) {
            records.put(prompt.id(), codec.encode(prompt));
        }

        @Override
        public void open() {}

        @Override
        public boolean has(String id) {
            asked++;
            return asked > appearsAfter && records.containsKey(id);
        }

        @Override
        public Optional<Prompt> find(String id) {
            return Optional.ofNullable(records.get(id)).map(codec::decode);
        }

        @Override
        public void close() {}
    }
}
