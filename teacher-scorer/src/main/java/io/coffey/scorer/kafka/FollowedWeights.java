// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.adapter.AdaptedModel;
import io.coffey.adapter.AdapterException;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.model.ModelDirectory;
import io.coffey.scorer.teacher.PublishedWeights;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.PolicyFollower;
import io.coffey.stream.Topics;
import io.coffey.stream.UndecodableRecordException;
import io.coffey.stream.WeightsUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** The policy versions in the log, fetched when a trajectory needs them. */
final class FollowedWeights implements PublishedWeights {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final PolicyFollower follower;
    private boolean caughtUp;

    /** @param student what adapters are for */
    FollowedWeights(
            Supplier<Consumer<byte[], byte[]>> consumers, Topics topics, Codecs codecs, ModelDirectory student) {
        this.follower = new PolicyFollower(consumers, topics, codecs, TIMEOUT, new AdaptedModel(student));
    }

    @Override
    public List<Long> versionsUpTo(long version) {
        announced(version);
        return follower.versions().stream()
                .map(PolicyVersion::version)
                .filter(known -> known <= version)
                .toList();
    }

    @Override
    public byte[] of(long version) {
        try {
            return follower.weights(announced(version));
        } catch (WeightsUnavailableException e) {
            throw new UnscorableTrajectoryException("teacher: " + e.getMessage(), e);
        } catch (AdapterException e) {
            throw new UserException(ExitCode.DATA, "student.model: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        follower.close();
    }

    /** A trajectory can be seen a moment before the announcement of the version that sampled it. */
    private PolicyVersion announced(long version) {
        try {
            if (!caughtUp) {
                follower.catchUp();
                caughtUp = true;
            }
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (follower.find(version).isEmpty() && newest() < version && System.nanoTime() < deadline) {
                follower.poll(POLL);
            }
        } catch (UndecodableRecordException e) {
            throw new UserException(ExitCode.DATA, "an announced policy version cannot be read: " + e.getMessage(), e);
        }
        return follower.find(version)
                .orElseThrow(() -> new UnscorableTrajectoryException(
                        "policy version %d, which the teacher follows, is not announced; the newest is %d"
                                .formatted(version, newest())));
    }

    private long newest() {
        return follower.newest().map(PolicyVersion::version).orElse(-1L);
    }
}
