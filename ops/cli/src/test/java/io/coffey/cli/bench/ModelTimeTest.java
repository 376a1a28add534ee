// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.cli.bench.ModelTime.Role;
import io.coffey.cli.bench.ModelTime.Stretch;
import org.junit.jupiter.api.Test;

class ModelTimeTest {

    private final ModelTime time = new ModelTime();

    @Test
    void countsOverlappingWorkOnceAndOnlyBetweenTheFirstStepAndTheLast() {
        time.add(new Stretch(Role.ROLLOUT, 0, 95)); // before the first step is over
        time.add(new Stretch(Role.TRAINER, 90, 100));
        time.add(new Stretch(Role.ROLLOUT, 110, 130));
        time.add(new Stretch(Role.SCORER, 120, 140));
        time.add(new Stretch(Role.SCORER, 125, 135)); // within the one before
        time.add(new Stretch(Role.TRAINER, 160, 200));
        time.add(new Stretch(Role.ROLLOUT, 190, 260)); // goes on after the last step

        assertThat(time.seconds()).isCloseTo(100e-9, within(1e-15));
        assertThat(time.share()).isCloseTo(0.7, within(1e-12));
        assertThat(time.share(Role.ROLLOUT)).isCloseTo(0.3, within(1e-12));
        assertThat(time.share(Role.SCORER)).isCloseTo(0.2, within(1e-12));
        assertThat(time.share(Role.TRAINER)).isCloseTo(0.4, within(1e-12));
    }

    @Test
    void saysThatOneStepIsNoStretchOfTime() {
        time.add(new Stretch(Role.TRAINER, 90, 100));

        assertThatThrownBy(time::share).hasMessage("expected two training steps or more, found 1");
    }
}
