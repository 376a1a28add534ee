// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The memory and the bits of whole processes. */
final class StepMemoryTest {

    private static final long MIB = 1 << 20;
    private static final int VOCABULARY = 50_000;

    @BeforeEach
    void needsTheKernelsBookKeeping() {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "no /proc/self/status on this system");
    }

    /** All logits of the longer batch are 800 MiB, once; a loss and its gradient hold them several times. */
    @Test
    void holdsNoMoreLogitsForMoreTokens() throws IOException, InterruptedException {
        StepMemory chunks = new StepMemory(64, false);
        long few = peak(new StepProcess.Task(VOCABULARY, 32, 1, 2, 256, chunks, 1));
        long many = peak(new StepProcess.Task(VOCABULARY, 32, 1, 16, 256, chunks, 1));
        long fewAtOnce = peak(new StepProcess.Task(VOCABULARY, 32, 1, 2, 256, new StepMemory(512, false), 1));

        assertThat(many - few).isLessThan(100 * MIB);
        // the control: a tenth of a gigabyte of logits at once is seen
        assertThat(fewAtOnce - few).isGreaterThan(200 * MIB);
    }

    @Test
    void forgetsActivationsWhenItComputesThemAgain() throws IOException, InterruptedException {
        long keeping = peak(new StepProcess.Task(64, 128, 8, 16, 256, new StepMemory(256, false), 1));
        long recomputing = peak(new StepProcess.Task(64, 128, 8, 16, 256, new StepMemory(256, true), 1));

        // About 170 MiB of activations are let go of; a process's peak itself varies by some tens.
        assertThat(keeping - recomputing).isGreaterThan(75 * MIB);
    }

    @Test
    void trainsTheSameBytesInAnotherProcess() throws IOException, InterruptedException {
        StepProcess.Task task = new StepProcess.Task(100, 64, 2, 4, 24, new StepMemory(32, false), 5);

        StepProcess.Result one = StepProcess.run(task);
        StepProcess.Result two = StepProcess.run(task);

        assertThat(two.digest()).isEqualTo(one.digest()).hasSize(64);
    }

    @Test
    void refusesChunksOfNothing() {
        assertThatThrownBy(() -> new StepMemory(0, false)).hasMessage("lossChunkTokens: expected 1 or more, found 0");
    }

    private static long peak(StepProcess.Task task) throws IOException, InterruptedException {
        return StepProcess.run(task).peakBytes();
    }
}
