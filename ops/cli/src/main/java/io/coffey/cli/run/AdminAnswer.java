// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** What a broker answers to an admin client. */
public final class AdminAnswer {

    private AdminAnswer() {}

    /**
     * Waits for an answer.
     *
     * @throws KafkaException if the broker refuses or does not answer in time
     */
    public static <T> T of(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
