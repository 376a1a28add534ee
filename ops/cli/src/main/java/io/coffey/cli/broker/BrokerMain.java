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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of the child process: formats the data directory when it is new, then runs Kafka's own main. The
 * argument is the path of the broker's properties.
 */
public final class BrokerMain {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerMain.class);

    private BrokerMain() {}

    public static void main(String[] arguments) throws IOException {
        Path properties = Path.of(arguments[0]);
        if (!Files.exists(BrokerProperties.dataDirectory(properties).resolve("meta.properties"))) {
            format(properties);
        }
        Kafka.main(new String[] {properties.toString()});
    }

    private static void format(Path properties) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        String[] arguments = {
            "format",
            "--cluster-id",
            Uuid.randomUuid().toString(),
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
