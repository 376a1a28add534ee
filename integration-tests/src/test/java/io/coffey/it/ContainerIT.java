// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coffey.cli.process.CoffeyProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The whole loop on a broker in a container. {@code integration-tests/container/engine} starts an engine where there is
 * none; {@code CONTAINER_KAFKA_IMAGE} names another image than the official one.
 */
class ContainerIT {

    private static final int STEPS = 10;
    private static final String IMAGE = System.getenv().getOrDefault("CONTAINER_KAFKA_IMAGE", "apache/kafka:4.3.1");

    @TempDir
    static Path directory;

    private static KafkaContainer broker;

    @BeforeAll
    static void startBroker() {
        assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(),
                "no container engine answers; integration-tests/container/engine start installs and starts one");
        broker = new KafkaContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"));
        broker.start();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.stop();
        }
    }

    @Test
    void aRunThatIsKilledEndsWithTheWeightsOfOneLeftAlone() throws Exception {
        String undisturbed = run("alone").finish().get("weightsDigest").getAsString();
        SumRun run = run("killed");
        try (CoffeyProcess process = run.start()) {
            run.awaitSteps(process, 4);
            process.kill();
        }

        assertThat(run.finish().get("weightsDigest").getAsString()).isEqualTo(undisturbed);
        checkLedger("alone");
        checkLedger("killed");
    }

    @Test
    void aBrokerThatStandsStillLosesNothing() throws Exception {
        SumRun run = run("paused");
        try (CoffeyProcess process = run.start()) {
            run.awaitSteps(process, 3);
            var docker = broker.getDockerClient();
            docker.pauseContainerCmd(broker.getContainerId()).exec();
            Thread.sleep(Duration.ofSeconds(8).toMillis());
            docker.unpauseContainerCmd(broker.getContainerId()).exec();

            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isZero();
        }
        checkLedger("paused");
    }

    private static SumRun run(String name) {
        return new SumRun(directory, name, STEPS).on(broker.getBootstrapServers());
    }

    private static void checkLedger(String run) {
        new Observer(broker.getBootstrapServers(), run).holdToGuarantees(STEPS);
    }
}
