// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private final Probes probes = new Probes(Duration.ofMinutes(10));
    private final DrivenService service = new DrivenService("scorer");
    private final List<Watchdog.Hang> hangs = new ArrayList<>();
    private final Watchdog watchdog = new Watchdog(probes, hangs::add);

    @BeforeEach
    void run() {
        probes.watch(service);
        service.health().running();
    }

    @Test
    void endsAProcessWhoseServiceHangsAndShowsWhereItsThreadStands() throws InterruptedException {
        CountDownLatch standing = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Thread thread = new Thread(() -> standInTheTeacher(standing, never), "scorer");
        thread.start();
        standing.await();

        look(Duration.ofSeconds(605));
        assertThat(hangs).isEmpty();
        look(Duration.ofSeconds(10));
        never.countDown();
        thread.join();

        assertThat(hangs).hasSize(1);
        assertThat(hangs.get(0).message())
                .isEqualTo("the scorer hangs: its loop has not turned for 615 s, expected 600 s at most"
                        + " (metrics.hangLimit); the process ends, start it again to go on");
        assertThat(hangs.get(0).stack()).startsWith("thread scorer, ").contains("standInTheTeacher");
    }

    @Test
    void sparesAStepThatTakesLongAndIsDoneInTime() {
        for (int step = 0; step < 5; step++) {
            for (int look = 0; look < 59; look++) {
                look(Duration.ofSeconds(10));
            }
            service.health().progress(1);
        }

        assertThat(hangs).isEmpty();
    }

    @Test
    void sparesAProcessThatWasStoppedForATimeAndGoesOn() {
        look(Duration.ofSeconds(1));
        service.health().turned();
        look(Duration.ofHours(1));
        service.health().turned();

        look(Duration.ofSeconds(10));

        assertThat(hangs).isEmpty();
    }

    @Test
    void sparesAServiceThatLoadsItsModelsOrEnded() {
        DrivenService loading = new DrivenService("trainer");
        probes.watch(loading);
        service.health().stopped();
        loading.pass(Duration.ofHours(2));

        look(Duration.ofHours(1));
        look(Duration.ofHours(1));

        assertThat(hangs).isEmpty();
    }

    private void look(Duration later) {
        service.pass(later);
        watchdog.look();
    }

    private static void standInTheTeacher(CountDownLatch standing, CountDownLatch never) {
        standing.countDown();
        try {
            never.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
