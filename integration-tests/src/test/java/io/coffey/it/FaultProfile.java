// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

/** How much the tests that kill things do: a little in every build, all of it with {@code mvn -Pchaos}. */
final class FaultProfile {

    private FaultProfile() {}

    static boolean isLong() {
        return "long".equals(System.getProperty("coffey.chaos"));
    }
}
