// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Prompt;
import java.util.Optional;

/** The run's prompts by id, as of now. */
interface Prompts extends AutoCloseable {

    /** Begins; returns when everything that was there is known. */
    void open();

    /** Whether there is a record of an id. */
    boolean has(String id);

    /**
     * The prompt of an id.
     *
     * @throws io.coffey.stream.UndecodableRecordException if its record is none of a prompt
     */
    Optional<Prompt> find(String id);

    @Override
    void close();
}
