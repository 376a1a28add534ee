// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.Trajectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HostileBytesTest {

    private static final Codecs CODECS = new Codecs(SchemaSource.none());

    private final byte[] valid = CODECS.trajectories().encode(Values.bareTrajectory());

    @Test
    void refusesARecordWithoutAValue() {
        assertRefused(null, "the record has no value");
    }

    @Test
    void refusesOtherMagic() {
        byte[] bytes = valid.clone();
        bytes[0] = 0;

        assertRefused(bytes, "it begins with 0001, expected c301 of Avro's single-object encoding");
    }

    @Test
    void refusesLessThanAHeader() {
        assertRefused(Arrays.copyOf(valid, 9), "it has 9 bytes, expected a header of 10 at least");
        assertRefused(new byte[0], "it has 0 bytes, expected a header of 10 at least");
    }

    @Test
    void refusesEveryTruncation() {
        for (int length = 10; length < valid.length; length++) {
            byte[] bytes = Arrays.copyOf(valid, length);

            assertThatThrownBy(() -> CODECS.trajectories().decode(bytes))
                    .as("%d of %d bytes", length, valid.length)
                    .isInstanceOf(UndecodableRecordException.class);
        }
    }

    @Test
    void refusesBytesAfterTheRecord() {
        assertRefused(Arrays.copyOf(valid, valid.length + 1), "bytes follow the end of the record");
    }

    @Test
    void refusesARecordOfAnotherKind() {
        assertRefused(CODECS.prompts().encode(Values.barePrompt()), "it is a PromptRecord");
    }

    @Test
    void refusesAnUnknownSchemaAfterAskingForItOnce() {
        List<String> asked = new ArrayList<>();
        Codecs codecs = new Codecs(fingerprint -> {
            asked.add(fingerprint);
            return Optional.empty();
        });

        assertThatThrownBy(() -> codecs.trajectories().decode(withFingerprint(0x0123456789abcdefL)))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessage("cannot decode TrajectoryRecord: its schema 0123456789abcdef is neither on the class path "
                        + "nor in the topic of schemas");
        assertThat(asked).containsExactly("0123456789abcdef");
    }

    @Test
    void doesNotBelieveASchemaThatHasAnotherFingerprint() {
        Codecs codecs = new Codecs(fingerprint ->
                Optional.of("{\"type\":\"record\",\"name\":" + "\"io.coffey.schema.TrajectoryRecord\",\"fields\":[]}"));

        assertThatThrownBy(() -> codecs.trajectories().decode(withFingerprint(1)))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("its schema 0000000000000001 is neither");
    }

    @Test
    void treatsASchemaThatIsNoneAsUnknown() {
        Codecs codecs = new Codecs(fingerprint -> Optional.of("{nonsense\n"));

        assertThatThrownBy(() -> codecs.trajectories().decode(withFingerprint(1)))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("its schema 0000000000000001 is neither");
    }

    @Test
    void doesNotBlameTheRecordWhenSchemasCannotBeRead() {
        Codecs codecs = new Codecs(fingerprint -> {
            throw new TimeoutException("broker is away");
        });

        assertThatThrownBy(() -> codecs.trajectories().decode(withFingerprint(1)))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("broker is away");
    }

    @Test
    void refusesLogProbabilitiesThatAreNone() {
        String field = "behaviorLogProbs[0] is %s, expected a finite log-probability of 0 or less";

        assertRefused(withLogProb(Float.NaN), field.formatted("NaN"));
        assertRefused(withLogProb(Float.NEGATIVE_INFINITY), field.formatted("-Infinity"));
        assertRefused(withLogProb(0.001f), field.formatted("0.001"));
        assertThat(CODECS.trajectories().decode(withLogProb(1e-4f)).behaviorLogProbs())
                .containsExactly(1e-4f);
    }

    @Test
    void refusesArraysThatDoNotAlign() {
        Trajectory trajectory = Values.bareTrajectory();
        byte[] twoTokens = replace(valid, new byte[] {2, 4, 2, 0}, new byte[] {2, 8, 2, 0, 3, 0});

        assertThat(trajectory.tokens()).containsExactly(2);
        assertRefused(twoTokens, "trajectory 0.0 has 2 tokens but 1 mask entries");
    }

    @Test
    void refusesPackedBytesThatAreNoWholeNumberOfIds() {
        assertRefused(
                replace(valid, new byte[] {2, 4, 2, 0}, new byte[] {2, 6, 2, 0, 3}),
                "tokens has 3 bytes, expected a multiple of 2");
    }

    @Test
    void refusesAMaskThatIsNeitherZeroNorOne() {
        assertRefused(
                replace(valid, new byte[] {2, 4, 2, 0, 2, 1}, new byte[] {2, 4, 2, 0, 2, 9}),
                "mask[0] is 9, expected 0 or 1");
    }

    @Test
    @Timeout(10)
    void doesNotAllocateWhatALengthPromises() {
        byte[] header = Arrays.copyOf(valid, 10);
        byte[] twoGigabytes = concat(header, new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f});
        byte[] endless = concat(header, new byte[] {(byte) 0xfe, -1, -1, -1, -1, -1, -1, -1, -1, 1});

        for (byte[] bytes : List.of(twoGigabytes, endless)) {
            assertThatThrownBy(() -> CODECS.trajectories().decode(bytes))
                    .isInstanceOf(UndecodableRecordException.class);
            assertThatThrownBy(() -> CODECS.evaluations().decode(relabel(bytes)))
                    .isInstanceOf(UndecodableRecordException.class);
        }
    }

    @Test
    void saysItInOneLineOfBoundedLength() {
        String nasty = "a\n\tb\u0007".repeat(1000);

        UndecodableRecordException exception = new UndecodableRecordException("TrajectoryRecord", nasty);

        assertThat(exception.getMessage())
                .startsWith("cannot decode TrajectoryRecord: a b a b")
                .hasSizeLessThan(500);
        assertThat(exception.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    @Timeout(60)
    void survivesRandomDamage() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] full = CODECS.scoredTrajectories().encode(Values.fullScored());
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = damaged(full, random);
            try {
                CODECS.scoredTrajectories().decode(bytes);
            } catch (UndecodableRecordException e) {
                assertThat(e.getMessage()).as("seed %d", seed).doesNotContain("\n");
                refused++;
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", bytes " + Arrays.toString(bytes), e);
            }
        }
        assertThat(refused).as("seed %d", seed).isPositive();
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged =
                random.nextInt(4) == 0 ? Arrays.copyOf(bytes, 11 + random.nextInt(bytes.length)) : bytes.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            damaged[10 + random.nextInt(damaged.length - 10)] = (byte) random.nextInt(256);
        }
        return damaged;
    }

    private static void assertRefused(byte @Nullable [] bytes, String cause) {
        assertThatThrownBy(() -> CODECS.trajectories().decode(bytes))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessage("cannot decode TrajectoryRecord: " + cause);
    }

    private byte[] withFingerprint(long fingerprint) {
        byte[] bytes = valid.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(2, fingerprint);
        return bytes;
    }

    /** The valid trajectory with -0.5, its only log-probability, replaced. */
    private byte[] withLogProb(float value) {
        return replace(valid, littleEndian(-0.5f), littleEndian(value));
    }

    private byte[] relabel(byte[] bytes) {
        byte[] evaluation = CODECS.evaluations().encode(Values.evaluation());
        byte[] relabelled = bytes.clone();
        System.arraycopy(evaluation, 0, relabelled, 0, 10);
        return relabelled;
    }

    private static byte[] littleEndian(float value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] replace(byte[] bytes, byte[] old, byte[] replacement) {
        for (int i = 10; i + old.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + old.length, old, 0, old.length)) {
                byte[] tail = Arrays.copyOfRange(bytes, i + old.length, bytes.length);
                return concat(concat(Arrays.copyOf(bytes, i), replacement), tail);
            }
        }
        throw new AssertionError("bytes to replace not found");
    }
}
