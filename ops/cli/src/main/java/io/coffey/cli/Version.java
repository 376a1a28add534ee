// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "coffey " + coffey(), "Kafka " + AppInfoParser.getVersion(), "Java " + System.getProperty("java.version")
        };
    }

    /** The version of this build; "development" when it does not run from a jar. */
    static String coffey() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
