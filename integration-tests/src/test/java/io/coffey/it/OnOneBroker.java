// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import io.coffey.cli.broker.LocalBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A directory, and a broker in it, that the tests of a class share; for those that leave the broker alone. */
abstract class OnOneBroker {

    @TempDir
    static Path directory;

    static LocalBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = new LocalBroker(LocalBroker.Settings.in(directory.resolve("broker")));
        broker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.stop();
    }
}
