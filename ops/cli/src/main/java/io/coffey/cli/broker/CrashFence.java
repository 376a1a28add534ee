// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fences the registration that a killed broker left behind, before the broker comes back.
 *
 * <p>Without this a committed transaction may never become readable. The coordinator answers a commit before it has
 * written the markers to the partitions, and resumes that work after a crash. But a lone broker finds itself still
 * registered, so its coordinator starts at once, and its former registration then expires, which leaves all partitions
 * without a leader for a moment. Kafka 4.3 takes a partition without a leader for a deleted one
 * ({@code TransactionMarkerChannelManager.addTxnMarkersToBrokerQueue}), drops the marker and calls the transaction
 * complete: readers of committed records wait for ever. When the former registration is fenced first, the coordinator
 * starts only when the partitions have their leader again. Likewise of several brokers that were killed at once; while
 * one of them lives, the partitions have a leader and there is nothing to do.
 */
final class CrashFence {

    /** The brokers that were killed, all there are, and so many registrations to wait for; 0 where one lives. */
    static final String BROKERS = "coffey.fence.brokers";

    private static final Logger LOG = LoggerFactory.getLogger(CrashFence.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String CLEAN_SHUTDOWN_FILE = ".kafka_cleanshutdown";
    private static final String FENCED_BROKERS = "kafka.controller:type=KafkaController,name=FencedBrokerCount";

    private CrashFence() {}

    /** Whether the broker of a data directory was killed and may have left the markers of a commit unwritten. */
    static boolean isNeeded(Path dataDirectory, Properties broker) throws IOException {
        if (brokers(broker) == 0 || Files.exists(dataDirectory.resolve(CLEAN_SHUTDOWN_FILE))) {
            return false;
        }
        try (DirectoryStream<Path> logs =
                Files.newDirectoryStream(dataDirectory, Topic.TRANSACTION_STATE_TOPIC_NAME + "-*")) {
            return logs.iterator().hasNext();
        }
    }

    /**
     * Runs the controller alone until it has fenced its only broker, or all of them.
     *
     * @param broker the properties of the broker that was killed
     */
    static void raise(Properties broker) throws InterruptedException, JMException {
        KafkaRaftServer controller = new KafkaRaftServer(new KafkaConfig(controllerOnly(broker)), Time.SYSTEM);
        controller.startup();
        try {
            awaitFenced(brokers(broker));
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
        LOG.info("the registration that the killed broker left is fenced");
    }

    private static Properties controllerOnly(Properties broker) {
        Properties properties = new Properties();
        properties.putAll(broker);
        properties.put("process.roles", "controller");
        properties.remove("advertised.listeners");
        for (String listener : broker.getProperty("listeners").split(",", -1)) {
            if (listener.startsWith("CONTROLLER:")) {
                properties.put("listeners", listener);
            }
        }
        // No broker is alive to be fenced by mistake, so there is no reason to wait for the usual time.
        properties.put("broker.session.timeout.ms", "1000");
        return properties;
    }

    private static int brokers(Properties broker) {
        return Integer.parseInt(broker.getProperty(BROKERS, "1"));
    }

    private static void awaitFenced(int brokers) throws InterruptedException, JMException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (fencedBrokers() < brokers) {
            if (System.nanoTime() > deadline) {
                throw new BrokerException("the registration of the killed broker was not fenced within %d s"
                        .formatted(LIMIT.toSeconds()));
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private static int fencedBrokers() throws JMException {
        MBeanServer metrics = ManagementFactory.getPlatformMBeanServer();
        try {
            return ((Number) metrics.getAttribute(new ObjectName(FENCED_BROKERS), "Value")).intValue();
        } catch (InstanceNotFoundException notYet) {
            return 0;
        }
    }
}
