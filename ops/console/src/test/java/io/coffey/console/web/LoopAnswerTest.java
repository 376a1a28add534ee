// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.coffey.console.RoleStates;
import io.coffey.console.telemetry.Bucket;
import io.coffey.console.telemetry.Spread;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoopAnswerTest {

    private final AtomicLong nanos = new AtomicLong();
    private final LoopAnswer loop = new LoopAnswer(4, nanos::get);

    @Test
    void tellsLagVersionsAndCreditsAtOnceAndRatesFromTheSecondLookOn() {
        JsonObject first = loop.json(steps(10, 100), roles(64, 1000));
        nanos.set(2_000_000_000L);
        JsonObject second = loop.json(steps(16, 160), roles(32, 1200));

        assertThat(first.has("stepsPerSecond")).isFalse();
        assertThat(second.get("stepsPerSecond").getAsDouble()).isEqualTo(3);
        assertThat(second.get("tokensPerSecond").getAsDouble()).isEqualTo(30);
        assertThat(second.get("inFlight").getAsLong()).isEqualTo(16 * 2 * 4 - 100);
        JsonObject scorer = second.getAsJsonObject("roles").getAsJsonObject("scorer");
        assertThat(scorer.get("lag").getAsLong()).isEqualTo(32);
        assertThat(scorer.get("takenPerSecond").getAsDouble()).isEqualTo(100);
        assertThat(scorer.get("version").getAsLong()).isEqualTo(9);
        assertThat(scorer.get("behind").getAsLong()).isEqualTo(7);
    }

    @Test
    void forgetsLooksThatAreLongAgo() {
        loop.json(steps(10, 100), roles(0, 0));
        nanos.set(60_000_000_000L);

        assertThat(loop.json(steps(20, 200), roles(0, 0)).has("stepsPerSecond")).isFalse();
    }

    @Test
    void saysWhatItCanOfARunWithoutSteps() {
        JsonObject object = loop.json(List.of(), roles(3, 0));

        assertThat(object.get("step").getAsLong()).isZero();
        assertThat(object.has("policyVersion")).isFalse();
        assertThat(object.getAsJsonObject("roles")
                        .getAsJsonObject("scorer")
                        .get("lag")
                        .getAsLong())
                .isEqualTo(3);
    }

    private static List<Bucket> steps(long step, double tokens) {
        return List.of(new Bucket(
                step, step, 0, 0, 0, 50, 0, 100, 2 * step, step, new TreeMap<>(Map.of("tokens", spread(tokens)))));
    }

    private static Spread spread(double value) {
        return new Spread(1, value, value, value, value);
    }

    private static RoleStates roles(long lag, long taken) {
        return new RoleStates(Map.of("scorer", lag), Map.of("scorer", taken), Map.of("scorer", 9L), Map.of());
    }
}
