// SPDX-License-Identifier: Apache-2.0
package io.coffey.console;

/**
 * Which run a console shows.
 *
 * @param name of the run
 * @param source the run whose trajectories it trains: itself, or the one that it reads
 * @param broker where its log is, {@code host:port} with commas between
 * @param file its run file, as commands name it
 * @param version of this build
 * @param samplesPerPrompt trajectories that a request brings
 */
public record ConsoleRun(
        String name, String source, String broker, String file, String version, int samplesPerPrompt) {}
