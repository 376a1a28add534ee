// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProbesTest {

    private final Probes probes = new Probes(Duration.ofMinutes(10));
    private final DrivenService service = new DrivenService("rollout");

    @Test
    void isNotStartedBeforeThereIsAService() {
        assertThat(probes.startup().ok()).isFalse();
        assertThat(probes.ready().ok()).isFalse();
        assertThat(probes.live()).isEqualTo(new Probes.Answer(true, "{\"ok\":true,\"services\":[]}"));
    }

    @Test
    void isStartedOnceTheWorkBegins() {
        probes.watch(service);
        assertThat(probes.startup().ok()).isFalse();

        service.health().running();

        assertThat(probes.startup().ok()).isTrue();
        assertThat(probes.ready().ok()).isTrue();
    }

    @Test
    void isReadyWhenNothingIsLacking() {
        probes.watch(service);
        service.health().running();

        service.lack("it serves no weights yet");

        assertThat(probes.ready())
                .isEqualTo(new Probes.Answer(
                        false,
                        "{\"ok\":false,\"services\":[{\"service\":\"rollout\",\"phase\":\"running\",\"ok\":false,"
                                + "\"reason\":\"it serves no weights yet\"}]}"));
        assertThat(probes.live().ok()).isTrue();
    }

    @Test
    void livesWithoutWorkAsLongAsItsLoopTurns() {
        probes.watch(service);
        service.health().running();

        service.pass(Duration.ofHours(2));
        service.health().turned();
        service.pass(Duration.ofMinutes(10));

        assertThat(probes.live().ok()).isTrue();
        assertThat(service.health().sinceProgress()).isEqualTo(Duration.ofMinutes(130));
    }

    @Test
    void hangsWhenItsLoopTurnsNoMore() {
        probes.watch(service);
        service.health().running();

        service.pass(Duration.ofMinutes(11));

        assertThat(probes.live().ok()).isFalse();
        assertThat(probes.live().json()).contains("its loop has not turned for 660 s, expected 600 s at most");
    }

    @Test
    void doesNotHangWhileItLoads() {
        probes.watch(service);

        service.pass(Duration.ofHours(1));

        assertThat(probes.live().ok()).isTrue();
    }

    @Test
    void isDeadWhenOneServiceFailed() {
        probes.watch(service);
        DrivenService other = new DrivenService("trainer");
        probes.watch(other);
        service.health().running();

        other.health().failed("teacher: \"no such folder\"");

        assertThat(probes.live().ok()).isFalse();
        assertThat(probes.live().json()).contains("\"reason\":\"teacher: \\\"no such folder\\\"\"");
    }
}
