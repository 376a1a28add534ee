// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of the child process: formats the data directory when it is new, mends it when the broker was killed,
 * then runs Kafka's own main. The argument is the path of the broker's properties.
 */
public final class BrokerMain {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerMain.class);

    private BrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        Path properties = Path.of(arguments[0]);
        Path data = BrokerProperties.dataDirectory(properties);
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(properties);
        } else if (CrashFence.isNeeded(data, Utils.loadProps(properties.toString()))) {
            CrashFence.raise(Utils.loadProps(properties.toString()));
        }
        Kafka.main(new String[] {properties.toString()});
    }

    private static void format(Path properties) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        String[] arguments = {
            "format",
            "--cluster-id",
            Utils.loadProps(properties.toString())
                    .getProperty(BrokerProperties.CLUSTER_ID, Uuid.randomUuid().toString()),
            "--ignore-formatted",
            "--config",
            properties.toString()
        };
        int status = StorageTool.execute(arguments, new PrintStream(output, true, StandardCharsets.UTF_8));
        if (status != 0) {
            LOG.atError()
                    .addKeyValue("status", status)
                    .addKeyValue("output", output.toString(StandardCharsets.UTF_8))
                    .log("the broker's data directory could not be formatted");
            System.exit(1);
        }
    }
}
