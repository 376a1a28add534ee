// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import java.util.List;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return lines().toArray(String[]::new);
    }

    /** The versions of this build and of what it runs on, a line each. */
    static List<String> lines() {
        return List.of(
                "coffey " + coffey(),
                "Kafka " + AppInfoParser.getVersion(),
                "Java " + System.getProperty("java.version"));
    }

    /** The version of this build; "development" when it does not run from a jar. */
    static String coffey() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
