// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.rollout.Answer;
import io.coffey.rollout.RolloutWorker;
import io.coffey.stream.CreditHeaders;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Hands the records of {@code rollout-requests} to the worker. One that is no request is answered at once: it goes to
 * the dead-letter topic, and its credits return where its headers tell which they are.
 */
final class RequestReader {

    private static final Sampling UNKNOWN = new Sampling(1, 0, 1, 1);

    private final RecordCodec<RolloutRequest> codec;
    private final String runId;
    private final String workerId;

    RequestReader(RecordCodec<RolloutRequest> codec, String runId, String workerId) {
        this.codec = codec;
        this.runId = runId;
        this.workerId = workerId;
    }

    void read(ConsumerRecord<byte[], byte[]> source, RolloutWorker<ConsumerRecord<byte[], byte[]>> worker) {
        RolloutRequest request;
        try {
            request = codec.decode(source.value());
        } catch (UndecodableRecordException e) {
            String cause = String.valueOf(e.getMessage());
            worker.reject(source.partition(), source.offset(), new Answer<>(source, credits(source, cause), cause));
            return;
        }
        worker.take(source.partition(), source.offset(), source, request);
    }

    /** On a request, the sample header holds the last of its samples. */
    private List<Trajectory> credits(ConsumerRecord<byte[], byte[]> source, String failure) {
        List<Trajectory> credits = new ArrayList<>();
        CreditHeaders.read(source.headers()).ifPresent(credit -> {
            for (int sample = 0; sample <= credit.sample(); sample++) {
                credits.add(credit(source, credit.request(), sample, failure));
            }
        });
        return credits;
    }

    private Trajectory credit(ConsumerRecord<byte[], byte[]> source, long request, int sample, String failure) {
        byte[] key = source.key();
        return new Trajectory(
                runId,
                request,
                sample,
                key == null ? "" : new String(key, StandardCharsets.UTF_8),
                new int[0],
                new int[0],
                new byte[0],
                new float[0],
                null,
                List.of(),
                Origin.STUDENT,
                UNKNOWN,
                0,
                FinishReason.FAILED,
                "",
                workerId,
                null,
                null,
                null,
                failure);
    }
}
