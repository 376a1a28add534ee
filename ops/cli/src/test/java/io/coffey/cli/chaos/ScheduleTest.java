// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final Duration LONGEST = Duration.ofSeconds(4);

    @Test
    void equalSeedsDrawEqualFaultsAndOthersOthers() {
        List<Fault> faults = Schedule.draw(7, Target.of(1), 30, 5, LONGEST);

        assertThat(Schedule.draw(7, Target.of(1), 30, 5, LONGEST)).isEqualTo(faults);
        assertThat(Schedule.draw(8, Target.of(1), 30, 5, LONGEST)).isNotEqualTo(faults);
    }

    @Test
    void everyTargetIsKilledBeforeAnyIsKilledAgain() {
        List<Target> killed = Schedule.draw(7, Target.of(1), 8, 4, LONGEST).stream()
                .filter(fault -> fault.kind() == Fault.Kind.KILL)
                .map(Fault::target)
                .toList();

        assertThat(killed.subList(0, 4)).containsExactlyInAnyOrderElementsOf(Target.of(1));
        assertThat(killed.subList(4, 8)).containsExactlyInAnyOrderElementsOf(Target.of(1));
    }

    @Test
    void hasAsManyOfEachKindAsAskedForAndNoLongerDelays() {
        List<Fault> faults = Schedule.draw(7, Target.of(1), 30, 5, LONGEST);

        assertThat(faults).filteredOn(fault -> fault.kind() == Fault.Kind.PAUSE).hasSize(5);
        assertThat(faults)
                .hasSize(35)
                .allSatisfy(fault -> assertThat(fault.delay()).isBetween(Duration.ZERO, LONGEST));
    }
}
