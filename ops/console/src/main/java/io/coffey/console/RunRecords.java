// SPDX-License-Identifier: Apache-2.0
package io.coffey.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * Single records of a run's log, read when somebody looks at them and not kept. Safe for use by several threads. A
 * method that cannot answer throws {@link io.coffey.service.UserException} or a Kafka exception, whose message is
 * shown.
 */
public interface RunRecords extends AutoCloseable {

    /** How far the roles are now; empty while the run has no topics. */
    Optional<RoleStates> roles();

    /** The line of the ledger that opened the run: objective, seed, settings. */
    JsonObject opening();

    /**
     * Lines of the ledger in short, ascending.
     *
     * @param first first step
     * @param last last step, included
     * @param near an offset of the ledger at or before that of the first
     */
    JsonArray steps(long first, long last, long near);

    /**
     * One line of the ledger with every record it trained, each held to its checksum.
     *
     * @param near an offset of the ledger at or before that of the step before it
     */
    JsonObject step(long step, long near);

    /** The newest scored trajectories in short, newest first. */
    JsonArray newest(int count);

    /** The newest scored trajectories of a prompt in short, newest first; reads the whole topic. */
    JsonArray ofPrompt(String promptId, int count);

    /** A scored trajectory, token by token, with the alternatives that its record carries. */
    JsonObject trajectory(int partition, long offset);

    /** Records that nobody could use, newest first, those that were dealt with included. */
    JsonArray deadLetters(int count);

    @Override
    void close();
}
