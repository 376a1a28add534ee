// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.WeightsChunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class WeightsAssemblerTest {

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @RepeatedTest(50)
    void putsChunksTogetherInAnyOrderWithRepetitionsAndStrangers() {
        byte[] weights = randomBytes(1 + random.nextInt(300));
        int chunkBytes = 1 + random.nextInt(64);
        List<WeightsChunk> chunks = WeightsPublication.chunks("run", 7, weights, chunkBytes);
        List<WeightsChunk> stream = new ArrayList<>(chunks);
        stream.addAll(chunks.subList(0, random.nextInt(chunks.size() + 1)));
        stream.addAll(WeightsPublication.chunks("run", 8, randomBytes(weights.length), chunkBytes));
        stream.addAll(WeightsPublication.chunks("other", 7, randomBytes(weights.length), chunkBytes));
        Collections.shuffle(stream, random);

        WeightsAssembler assembler = new WeightsAssembler(announce(7, weights, chunks.size()));
        stream.forEach(assembler::add);

        assertThat(assembler.weights()).as("seed %d", seed).isEqualTo(weights);
    }

    @RepeatedTest(20)
    void isNotCompleteUntilTheLastChunkHasCome() {
        byte[] weights = randomBytes(2 + random.nextInt(100));
        List<WeightsChunk> chunks = new ArrayList<>(WeightsPublication.chunks("run", 7, weights, 1));
        WeightsChunk missing = chunks.remove(random.nextInt(chunks.size()));
        WeightsAssembler assembler = new WeightsAssembler(announce(7, weights, weights.length));
        chunks.forEach(assembler::add);

        assertThat(assembler.complete()).as("seed %d", seed).isFalse();
        assertThat(assembler.missing()).isEqualTo(1);
        assertThatThrownBy(assembler::weights)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("weights of policy version 7 lack 1 of %d chunks", weights.length);

        assembler.add(missing);
        assertThat(assembler.weights()).isEqualTo(weights);
    }

    @RepeatedTest(20)
    void refusesWeightsWithAFlippedBit() {
        byte[] weights = randomBytes(1 + random.nextInt(100));
        PolicyVersion announced = announce(7, weights, 1);
        byte[] flipped = weights.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        WeightsAssembler assembler = new WeightsAssembler(announced);
        assembler.add(new WeightsChunk("run", 7, 0, 1, flipped));

        assertThatThrownBy(assembler::weights)
                .as("seed %d", seed)
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessage(
                        "weights of policy version 7 have sha256 %s, expected %s",
                        DigestUtils.sha256Hex(flipped), announced.digest());
    }

    @Test
    void refusesChunksOfAnotherLengthThanAnnounced() {
        byte[] weights = {1, 2, 3};
        WeightsAssembler tooFew = new WeightsAssembler(announce(7, weights, 1));
        tooFew.add(new WeightsChunk("run", 7, 0, 1, new byte[] {1, 2}));
        WeightsAssembler tooMany = new WeightsAssembler(announce(7, weights, 1));
        WeightsChunk long4 = new WeightsChunk("run", 7, 0, 1, new byte[] {1, 2, 3, 4});

        assertThatThrownBy(tooFew::weights).hasMessage("weights of policy version 7 have 2 bytes, expected 3");
        assertThatThrownBy(() -> tooMany.add(long4))
                .hasMessage("weights of policy version 7 have chunks of more than the 3 bytes that were announced");
    }

    @Test
    void refusesAnAnnouncementItCannotServe() {
        assertThatThrownBy(() -> new WeightsAssembler(Values.fullVersion()))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessage("weights of policy version 9 are not in the topic but at file:/weights/aa");
        assertThatThrownBy(() -> new WeightsAssembler(huge()))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessageStartingWith("weights of policy version 1 are announced with 5000000000 bytes in 2 chunks");
    }

    @Test
    void cutsWeightsIntoEqualPiecesAndARest() {
        List<WeightsChunk> chunks = WeightsPublication.chunks("run", 7, new byte[] {1, 2, 3, 4, 5}, 2);

        assertThat(chunks).extracting(WeightsChunk::index).containsExactly(0, 1, 2);
        assertThat(chunks).extracting(WeightsChunk::count).containsOnly(3);
        assertThat(chunks)
                .extracting(WeightsChunk::bytes)
                .containsExactly(new byte[] {1, 2}, new byte[] {3, 4}, new byte[] {5});
    }

    @Test
    void announcesWhatAReaderNeeds() {
        PolicyVersion announced = announce(7, new byte[] {'a', 'b', 'c'}, 2);

        assertThat(announced.kind()).isEqualTo(PolicyVersion.Kind.FULL);
        assertThat(announced.byteCount()).isEqualTo(3);
        assertThat(announced.firstOffset()).isEqualTo(100);
        assertThat(announced.digest()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private static PolicyVersion announce(long version, byte[] weights, int chunks) {
        return WeightsPublication.announcement(
                "run", version, PolicyVersion.Kind.FULL, weights, chunks, 100, Map.of(), "tok", "cfg");
    }

    private static PolicyVersion huge() {
        return new PolicyVersion(
                "run", 1, PolicyVersion.Kind.FULL, 1, 2, 0, 5_000_000_000L, "aa", Map.of(), "tok", "cfg", null);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
