// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static io.coffey.stream.BitByBit.assertBits;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodecsTest {

    /** Recursive comparison of floats and doubles is by their bits. */
    private static final Codecs CODECS = new Codecs(SchemaSource.none());

    static List<Arguments> everyValue() {
        return List.of(
                argumentSet("full prompt", CODECS.prompts(), Values.fullPrompt()),
                argumentSet("bare prompt", CODECS.prompts(), Values.barePrompt()),
                argumentSet("full request", CODECS.rolloutRequests(), Values.fullRequest()),
                argumentSet("request for the teacher", CODECS.rolloutRequests(), Values.requestForTheTeacher()),
                argumentSet("request for alternatives", CODECS.rolloutRequests(), Values.requestForAlternatives()),
                argumentSet("bare request", CODECS.rolloutRequests(), Values.bareRequest()),
                argumentSet("full trajectory", CODECS.trajectories(), Values.fullTrajectory()),
                argumentSet("bare trajectory", CODECS.trajectories(), Values.bareTrajectory()),
                argumentSet("failed trajectory", CODECS.trajectories(), Values.failedTrajectory()),
                argumentSet("full scored trajectory", CODECS.scoredTrajectories(), Values.fullScored()),
                argumentSet("bare scored trajectory", CODECS.scoredTrajectories(), Values.bareScored()),
                argumentSet("failed scored trajectory", CODECS.scoredTrajectories(), Values.failedScored()),
                argumentSet("full training step", CODECS.trainingSteps(), Values.fullStep()),
                argumentSet("bare training step", CODECS.trainingSteps(), Values.bareStep()),
                argumentSet("full policy version", CODECS.policyVersions(), Values.fullVersion()),
                argumentSet("bare policy version", CODECS.policyVersions(), Values.bareVersion()),
                argumentSet("weights chunk", CODECS.weightsChunks(), Values.chunk()),
                argumentSet("half of a pair", CODECS.scoredTrajectories(), Values.pairScored()),
                argumentSet("evaluation", CODECS.evaluations(), Values.evaluation()));
    }

    @ParameterizedTest
    @MethodSource("everyValue")
    <T> void givesBackEveryBitOf(RecordCodec<T> codec, T value) {
        T decoded = codec.decode(codec.encode(value));

        assertBits(decoded).isEqualTo(value);
    }

    @Test
    void wouldSeeASingleBit() {
        Trajectory changed = Values.fullTrajectory();
        changed.behaviorLogProbs()[0] = Math.nextUp(changed.behaviorLogProbs()[0]);

        assertBits(changed).isNotEqualTo(Values.fullTrajectory());
    }

    @ParameterizedTest
    @MethodSource("everyValue")
    <T> void writesEqualValuesAsEqualBytes(RecordCodec<T> codec, T value) {
        byte[] first = codec.encode(value);

        assertThat(codec.encode(codec.decode(first))).isEqualTo(first);
    }

    @Test
    void ordersMapsByKeySoThatTheirInsertionDoesNotShow() {
        Prompt prompt = new Prompt("a", "", new int[] {1}, null, null, Map.of("b", "2", "a", "1", "c", "3"));

        byte[] bytes = CODECS.prompts().encode(prompt);

        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .contains("\u0006\u0002a\u00021\u0002b\u00022\u0002c\u00023");
    }

    @Test
    void beginsWithTheHeaderOfSingleObjectEncoding() {
        byte[] bytes = CODECS.evaluations().encode(Values.evaluation());

        assertThat(bytes).startsWith(0xC3, 0x01);
    }

    @Test
    void keepsNegativeZeroAndTheSmallestNumber() {
        Trajectory decoded = CODECS.trajectories().decode(CODECS.trajectories().encode(Values.fullTrajectory()));

        assertThat(Float.floatToRawIntBits(decoded.behaviorLogProbs()[1])).isEqualTo(0x80000001);
        float[] processed = requireNonNull(decoded.processedLogProbs());
        assertThat(Float.floatToRawIntBits(processed[0])).isEqualTo(0x80000000);
    }

    @Test
    void storesTopLogProbsInHalfPrecisionWhenAsked() {
        Codecs half = new Codecs(SchemaSource.none(), Codecs.TopLogProbs.HALF);

        byte[] bytes = half.scoredTrajectories().encode(Values.fullScored());
        ScoredTrajectory decoded = CODECS.scoredTrajectories().decode(bytes);

        TopTokens top = requireNonNull(decoded.scores().get(0).top());
        assertThat(top.logProbs()).containsExactly(-0.099975586f, -5, -0.7001953f, -0.89990234f);
        assertThat(decoded.scores().get(0).logProbs()).containsExactly(-0.125f, -0.1f);
        assertThat(bytes).hasSizeLessThan(CODECS.scoredTrajectories().encode(Values.fullScored()).length);
        assertThat(half.scoredTrajectories().encode(decoded)).isEqualTo(bytes);
    }

    @Test
    void doesNotWriteWhatNoReaderAccepts() {
        Trajectory trajectory = Values.bareTrajectory();
        trajectory.behaviorLogProbs()[0] = Float.NaN;

        assertThatThrownBy(() -> CODECS.trajectories().encode(trajectory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("behaviorLogProbs[0] is NaN, expected a finite log-probability of 0 or less");
    }

    @Test
    @SuppressWarnings("NullAway") // a value that its type forbids is what breaks off in the middle
    void leavesNothingOfARecordThatBrokeOffInTheNext() {
        Prompt broken = new Prompt("broken off", null, new int[] {1}, null, null, Map.of());
        byte[] before = CODECS.prompts().encode(Values.fullPrompt());

        assertThatThrownBy(() -> CODECS.prompts().encode(broken)).isInstanceOf(NullPointerException.class);

        assertThat(CODECS.prompts().encode(Values.fullPrompt())).isEqualTo(before);
    }
}
