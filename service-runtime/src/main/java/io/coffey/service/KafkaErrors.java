// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Tells the errors of Kafka that a retry cannot mend from those it can, and says them in one line. */
public final class KafkaErrors {

    private KafkaErrors() {}

    /**
     * What the user has to know of a failure that no retry mends; empty where a retry may help or it is not Kafka's.
     */
    public static Optional<UserException> fatal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UserException user) {
                return Optional.of(user);
            }
            Optional<UserException> found = explain(cause, failure);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a failed write means that another process took over the transactional id. The write says only that its
     * epoch is old, and a fresh producer would fence the successor in turn; ending the transaction tells.
     *
     * @param producer the one whose transaction failed; it is of no use afterwards
     */
    public static Optional<UserException> fenced(KafkaException failure, Producer<byte[], byte[]> producer) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidProducerEpochException) {
                return refusedEnd(producer);
            }
        }
        return Optional.empty();
    }

    private static Optional<UserException> refusedEnd(Producer<byte[], byte[]> producer) {
        try {
            producer.abortTransaction();
            return Optional.empty();
        } catch (KafkaException refusal) {
            return fatal(refusal);
        }
    }

    private static Optional<UserException> explain(Throwable cause, Throwable failure) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ProducerFencedException || cause instanceof FencedInstanceIdException) {
            return broker("another process took over this one's work, so this one stops: " + message, failure);
        } else if (cause instanceof SslAuthenticationException) {
            return broker("no TLS connection to the broker: " + tlsProblem(cause), failure);
        } else if (cause instanceof AuthenticationException) {
            return broker("the broker refuses the credentials in kafka.properties: " + message, failure);
        } else if (cause instanceof AuthorizationException) {
            return broker(
                    "the broker denies access, grant it to this process's user (coffey access RUN_FILE prints what each role needs): "
                            + message,
                    failure);
        } else if (cause instanceof UnsupportedVersionException) {
            return broker("the broker is too old, expected Kafka 4.0 or newer: " + message, failure);
        } else if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
            return Optional.of(new UserException(
                    ExitCode.DATA,
                    "a record is too large for its topic, whose max.message.bytes has to be %d or more: %s"
                            .formatted(KafkaClients.MAX_RECORD_BYTES, message),
                    failure));
        } else if (cause instanceof ConfigException && message.contains("bootstrap")) {
            return broker("kafka.bootstrapServers names no host that can be found: " + message, failure);
        } else if (cause instanceof ConfigException) {
            return Optional.of(
                    new UserException(ExitCode.CONFIGURATION, "kafka.properties: Kafka says: " + message, failure));
        }
        return Optional.empty();
    }

    private static String tlsProblem(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof CertificateException)) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        if (root instanceof CertificateExpiredException) {
            return "the broker's certificate expired: " + message;
        } else if (message.contains("certificate_expired") || message.contains("certificate_unknown")) {
            return "the broker does not take the certificate of this process, which expired or is not signed by whom the"
                    + " broker trusts: see ssl.keystore in kafka.properties (" + message + ")";
        }
        return message + "; see ssl.truststore and ssl.keystore in kafka.properties";
    }

    private static Optional<UserException> broker(String message, Throwable failure) {
        return Optional.of(new UserException(ExitCode.BROKER, message, failure));
    }
}
