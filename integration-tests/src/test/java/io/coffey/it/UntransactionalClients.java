// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import io.coffey.service.KafkaClients;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Broken on purpose: producers that take every call of a transaction for done and send each record for good, and that
 * end the process as SIGKILL would, after so many records.
 */
final class UntransactionalClients extends KafkaClients {

    private static final int KILLED = 137;

    private final int recordsToLive;

    /** @param recordsToLive records sent before the process ends; 0 for no end */
    UntransactionalClients(String bootstrapServers, int recordsToLive) {
        super(bootstrapServers, Map.of());
        this.recordsToLive = recordsToLive;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        Producer<byte[], byte[]> plain = producer(transactionalId);
        int[] sent = {0};
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    if (method.getName().endsWith("Transaction")
                            || method.getName().endsWith("Transactions")) {
                        return null;
                    }
                    Object result = call(plain, method, arguments);
                    if (method.getName().equals("send") && ++sent[0] == recordsToLive) {
                        plain.flush();
                        Runtime.getRuntime().halt(KILLED);
                    }
                    return result;
                });
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
