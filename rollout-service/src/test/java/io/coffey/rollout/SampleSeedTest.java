// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleSeedTest {

    @Test
    void isTheSplitMix64SequenceOfTheRequestSeed() {
        assertThat(SampleSeed.of(0, 0)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(SampleSeed.of(0, 1)).isEqualTo(0x6E789E6AA1B965F4L);
        assertThat(SampleSeed.of(1234567, 0)).isEqualTo(6457827717110365317L);
    }

    @Test
    void differsBetweenSamplesAndBetweenNeighbouringSeeds() {
        Set<Long> seeds = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            for (int sample = 0; sample < 100; sample++) {
                seeds.add(SampleSeed.of(seed, sample));
            }
        }

        assertThat(seeds).hasSize(10_000);
    }
}
