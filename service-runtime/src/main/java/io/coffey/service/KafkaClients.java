// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka clients with the settings that the pipeline's guarantees need. Settings of {@code kafka.properties} win
 * over the tuning here, never over what exactly-once depends on. Keys and values are bytes. Thread-safe; the clients
 * are the caller's to close.
 */
public class KafkaClients {

    /** What any topic of a run takes at most, in bytes: a record with its key, headers and framing. */
    public static final int MAX_RECORD_BYTES = 4 << 20;

    /** The largest value of a record, in bytes; leaves room for the rest of it. */
    public static final int MAX_VALUE_BYTES = MAX_RECORD_BYTES - (16 << 10);

    /** What headers may add to a record that is just not too large. */
    private static final int HEADER_BYTES = 64 << 10;

    private static final short TRANSACTION_VERSION = 2;

    /** What {@code config.providers} may name: a run file must not make the process load any other class. */
    private static final String CONFIG_PROVIDERS = String.join(
            ",",
            EnvVarConfigProvider.class.getName(),
            FileConfigProvider.class.getName(),
            DirectoryConfigProvider.class.getName());

    static {
        if (System.getProperty(AbstractConfig.AUTOMATIC_CONFIG_PROVIDERS_PROPERTY) == null) {
            System.setProperty(AbstractConfig.AUTOMATIC_CONFIG_PROVIDERS_PROPERTY, CONFIG_PROVIDERS);
        }
    }

    private final String bootstrapServers;
    private final Map<String, String> properties;
    private final @Nullable ClientMetrics metrics;

    /**
     * Clients of one cluster.
     *
     * @param bootstrapServers {@code host:port} with commas between
     * @param properties passed through to every client
     */
    public KafkaClients(String bootstrapServers, Map<String, String> properties) {
        this(bootstrapServers, properties, null);
    }

    private KafkaClients(String bootstrapServers, Map<String, String> properties, @Nullable ClientMetrics metrics) {
        this.bootstrapServers = bootstrapServers;
        this.properties = Map.copyOf(properties);
        this.metrics = metrics;
    }

    /** Clients of the same cluster whose own metrics an endpoint serves as long as each of them lives. */
    public KafkaClients measuredBy(MetricsEndpoint endpoint) {
        return new KafkaClients(
                bootstrapServers, properties, endpoint.clientMetrics().orElse(null));
    }

    /** Where metrics of clients go that are not made here; empty where nobody asks for them. */
    public Optional<MeterRegistry> registry() {
        return Optional.ofNullable(metrics).map(ClientMetrics::registry);
    }

    /**
     * Clients of the cluster that the run file names.
     *
     * @throws UserException if it names none
     */
    public static KafkaClients of(KafkaSection settings) {
        String servers = settings.bootstrapServers()
                .orElseThrow(() -> new UserException(
                        ExitCode.CONFIGURATION,
                        "kafka.bootstrapServers: missing, expected host:port of the brokers; only the one-process run"
                                + " starts a broker of its own"));
        return new KafkaClients(servers, settings.properties());
    }

    /** The brokers, {@code host:port} with commas between. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** A consumer that shares topics with the other members of its group; a new group begins at the earliest record. */
    public Consumer<byte[], byte[]> groupConsumer(String group, String clientId) {
        Map<String, Object> tuning = consumerTuning(clientId);
        tuning.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        Map<String, Object> fixed = consumerGuarantees();
        fixed.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        fixed.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        return consumer(tuning, fixed);
    }

    /** A consumer without a group, for {@code assign} and {@code seek}: a missing offset is an error, never a jump. */
    public Consumer<byte[], byte[]> assignedConsumer(String clientId) {
        Map<String, Object> fixed = consumerGuarantees();
        fixed.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return consumer(consumerTuning(clientId), fixed);
    }

    /**
     * As {@link #assignedConsumer(String)}, with a group id to commit offsets under; still for {@code assign}, so the
     * group has no members.
     */
    public Consumer<byte[], byte[]> assignedConsumer(String clientId, String group) {
        Map<String, Object> fixed = consumerGuarantees();
        fixed.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        fixed.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        return consumer(consumerTuning(clientId), fixed);
    }

    /** A producer for transactions; the caller begins with {@code initTransactions}. One live process an id. */
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        Map<String, Object> fixed = producerGuarantees();
        fixed.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        return producer(producerTuning(transactionalId), fixed);
    }

    /** An idempotent producer without transactions; every send's future must be checked. */
    public Producer<byte[], byte[]> producer(String clientId) {
        return producer(producerTuning(clientId), producerGuarantees());
    }

    /** An admin client. */
    public Admin admin() {
        Map<String, Object> all = new HashMap<>();
        own(AdminClientConfig.configNames(), all);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return made(all, Admin::create);
    }

    /**
     * What a Kafka Streams application of this cluster is made with: it reads what is committed, once.
     *
     * @param applicationId names it, its clients and what it writes
     */
    public Map<String, Object> streams(String applicationId) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.put("application.id", applicationId);
        all.put("processing.guarantee", "exactly_once_v2");
        all.put("processing.exception.handler.global.enabled", true);
        return all;
    }

    /**
     * Checks that a broker answers in time and has the transactions that exactly-once needs.
     *
     * @throws UserException with {@link ExitCode#BROKER} and one line naming the brokers
     */
    public void requireBroker(Duration timeout) {
        try (Admin admin = admin()) {
            FinalizedVersionRange transactions = admin.describeFeatures(
                            new DescribeFeaturesOptions().timeoutMs((int) timeout.toMillis()))
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .get("transaction.version");
            short version = transactions == null ? 0 : transactions.maxVersionLevel();
            if (version < TRANSACTION_VERSION) {
                throw new UserException(
                        ExitCode.BROKER,
                        "broker %s has transaction.version %d, expected %d or newer: use Kafka 4.0 or newer and run kafka-features.sh upgrade --feature transaction.version=%d"
                                .formatted(bootstrapServers, version, TRANSACTION_VERSION, TRANSACTION_VERSION));
            }
        } catch (ExecutionException e) {
            throw KafkaErrors.fatal(e).orElseGet(() -> unreachable(timeout, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(timeout, e);
        }
    }

    /**
     * Checks that topics are there, which nobody makes in passing.
     *
     * @throws UserException with {@link ExitCode#BROKER} naming those that are missing
     */
    public void requireTopics(Collection<String> names, Duration timeout) {
        Set<String> missing = new TreeSet<>();
        try (Admin admin = admin()) {
            Map<String, KafkaFuture<TopicDescription>> descriptions = admin.describeTopics(
                            names, new DescribeTopicsOptions().timeoutMs((int) timeout.toMillis()))
                    .topicNameValues();
            for (Map.Entry<String, KafkaFuture<TopicDescription>> described : descriptions.entrySet()) {
                if (!isThere(described.getKey(), described.getValue())) {
                    missing.add(described.getKey());
                }
            }
        } catch (ExecutionException | TopicAuthorizationException e) {
            throw KafkaErrors.fatal(e).orElseGet(() -> unreachable(timeout, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(timeout, e);
        }
        if (!missing.isEmpty()) {
            throw new UserException(
                    ExitCode.BROKER,
                    "broker %s has no topic %s: make the run's log ready first, with coffey load RUN_FILE"
                            .formatted(bootstrapServers, String.join(", ", missing)));
        }
    }

    private static boolean isThere(String topic, KafkaFuture<TopicDescription> description)
            throws ExecutionException, InterruptedException {
        try {
            description.get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            } else if (e.getCause() instanceof TopicAuthorizationException) {
                throw new TopicAuthorizationException(Set.of(topic));
            }
            throw e;
        }
    }

    private UserException unreachable(Duration timeout, Exception cause) {
        return new UserException(
                ExitCode.BROKER,
                "no Kafka broker answers at %s within %d s: check kafka.bootstrapServers, that the broker runs, and its security settings"
                        .formatted(bootstrapServers, Math.max(1, timeout.toSeconds())),
                cause);
    }

    private static Map<String, Object> consumerTuning(String clientId) {
        Map<String, Object> tuning = new HashMap<>();
        tuning.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        tuning.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
        tuning.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int)
                Duration.ofMinutes(10).toMillis());
        tuning.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 * MAX_RECORD_BYTES);
        return tuning;
    }

    private static Map<String, Object> consumerGuarantees() {
        Map<String, Object> fixed = new HashMap<>();
        fixed.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        fixed.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        fixed.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return fixed;
    }

    private static Map<String, Object> producerTuning(String clientId) {
        Map<String, Object> tuning = new HashMap<>();
        tuning.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        tuning.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
        tuning.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        tuning.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        tuning.put(ProducerConfig.BATCH_SIZE_CONFIG, 512 << 10);
        tuning.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES + HEADER_BYTES);
        tuning.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        tuning.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
        tuning.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000);
        tuning.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000L);
        return tuning;
    }

    private static Map<String, Object> producerGuarantees() {
        Map<String, Object> fixed = new HashMap<>();
        fixed.put(ProducerConfig.ACKS_CONFIG, "all");
        fixed.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return fixed;
    }

    private Consumer<byte[], byte[]> consumer(Map<String, Object> tuning, Map<String, Object> fixed) {
        return made(merged(ConsumerConfig.configNames(), tuning, fixed), all -> new MeasuredConsumer(all, metrics));
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> tuning, Map<String, Object> fixed) {
        return made(merged(ProducerConfig.configNames(), tuning, fixed), all -> new MeasuredProducer(all, metrics));
    }

    private Map<String, Object> merged(Set<String> names, Map<String, Object> tuning, Map<String, Object> fixed) {
        Map<String, Object> all = new HashMap<>(tuning);
        own(names, all);
        all.putAll(fixed);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return all;
    }

    /** Adds the user's properties but those that are another kind of client's. */
    private void own(Set<String> names, Map<String, Object> all) {
        properties.forEach((name, value) -> {
            boolean ofAnotherClient = ConsumerConfig.configNames().contains(name)
                    || ProducerConfig.configNames().contains(name)
                    || AdminClientConfig.configNames().contains(name);
            if (names.contains(name) || !ofAnotherClient) {
                all.put(name, value);
            }
        });
    }

    /**
     * A client that cannot even be made has settings that cannot be used: a key store that is not there, a malformed
     * one.
     */
    private static UserException unusable(KafkaException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new UserException(
                ExitCode.CONFIGURATION,
                "kafka.properties: no Kafka client can be made of them: %s%s"
                        .formatted(
                                root == failure || root.getMessage() == null
                                        ? ""
                                        : root.getClass().getSimpleName() + ": ",
                                root.getMessage() == null ? failure.getMessage() : root.getMessage()),
                failure);
    }

    private static <C> C made(Map<String, Object> settings, Function<Map<String, Object>, C> constructor) {
        try {
            return constructor.apply(settings);
        } catch (KafkaException e) {
            throw KafkaErrors.fatal(e).orElseGet(() -> unusable(e));
        }
    }
}
