// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ServiceRunnerTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final AtomicReference<Outcome> told = new AtomicReference<>();

    @Test
    void runsOnAThreadOfTheServicesNameUntilStopped() throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        AtomicReference<String> thread = new AtomicReference<>();
        FakeService service = new FakeService(stop, () -> {
            thread.set(Thread.currentThread().getName());
            stop.await();
            return null;
        });

        ServiceRunner runner = new ServiceRunner(service, told::set).start();
        boolean endedEarly = runner.await(Duration.ofMillis(50)).isPresent();
        runner.stop();

        assertThat(endedEarly).isFalse();
        assertThat(runner.await(LONG)).contains(Outcome.OK);
        assertThat(told.get()).isEqualTo(Outcome.OK);
        assertThat(thread.get()).isEqualTo("fake");
        assertThat(service.health().state().phase()).isEqualTo(Health.Phase.STOPPED);
    }

    @Test
    void turnsAUsersMistakeIntoOneLineAndItsExitCode() throws Exception {
        FakeService service = new FakeService(new CountDownLatch(1), () -> {
            throw new IllegalStateException(new UserException(ExitCode.DATA, "teacher: no such folder"));
        });

        Outcome outcome =
                new ServiceRunner(service, told::set).start().await(LONG).orElseThrow();

        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.message()).isEqualTo("teacher: no such folder");
        assertThat(outcome.bug()).isEmpty();
        assertThat(service.health().state().phase()).isEqualTo(Health.Phase.FAILED);
        assertThat(service.health().state().detail()).isEqualTo("teacher: no such folder");
    }

    @Test
    void keepsTheStackTraceOfABug() throws Exception {
        AssertionError bug = new AssertionError("cannot be");
        FakeService service = new FakeService(new CountDownLatch(1), () -> {
            throw bug;
        });

        Outcome outcome =
                new ServiceRunner(service, told::set).start().await(LONG).orElseThrow();

        assertThat(outcome.exitCode()).isEqualTo(70);
        assertThat(outcome.bug()).contains(bug);
    }

    @Test
    void readsTheArgumentsOfAProcess() {
        ServiceMain.Arguments arguments = ServiceMain.Arguments.parse(
                new String[] {"run.yaml", "--set", "trainer.batch=3", "--set", "trainer.batch=4"}, Map.of("A", "b"));

        assertThat(arguments.runFile()).isEqualTo(Path.of("run.yaml"));
        assertThat(arguments.overrides()).isEqualTo(Map.of("trainer.batch", "4"));
        assertThatThrownBy(() -> ServiceMain.Arguments.parse(new String[] {"a", "b"}, Map.of()))
                .hasMessage("expected RUN_FILE [--set key=value]..., found a b");
    }

    private static final class FakeService implements Service {

        private final CountDownLatch stop;
        private final Callable<Void> work;
        private final Health health = new Health();

        FakeService(CountDownLatch stop, Callable<Void> work) {
            this.stop = stop;
            this.work = work;
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public void run() throws Exception {
            work.call();
        }

        @Override
        public void stop() {
            stop.countDown();
        }

        @Override
        public Health health() {
            return health;
        }
    }
}
