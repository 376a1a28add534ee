// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import io.coffey.adapter.AdapterException;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.model.Weights;
import io.coffey.rollout.PolicyFeed;
import io.coffey.rollout.UnusableWeightsException;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.PolicyFollower;
import io.coffey.stream.Topics;
import io.coffey.stream.UndecodableRecordException;
import io.coffey.stream.WeightsUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The policy versions in the log. The first poll gives all that are still announced there, so that none is passed by.
 */
final class FollowedPolicies implements PolicyFeed {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Supplier<Optional<byte[]>> initial;
    private final PolicyFollower follower;
    private boolean caughtUp;

    /**
     * @param adapters makes the canonical bytes of all weights of those of an adapter
     * @param initial what the run may have begun with, for when retention took version 0 from the topic
     */
    FollowedPolicies(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Topics topics,
            Codecs codecs,
            UnaryOperator<byte[]> adapters,
            Supplier<Optional<byte[]>> initial) {
        this.initial = initial;
        this.follower = new PolicyFollower(consumers, topics, codecs, TIMEOUT, adapters);
    }

    @Override
    public List<PolicyVersion> poll() {
        try {
            if (caughtUp) {
                return follower.poll(Duration.ZERO);
            }
            follower.catchUp();
            caughtUp = true;
            return follower.versions();
        } catch (UndecodableRecordException e) {
            throw new UserException(ExitCode.DATA, "an announced policy version cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] of(PolicyVersion policy) throws UnusableWeightsException {
        try {
            return follower.weights(policy);
        } catch (WeightsUnavailableException e) {
            return initial(policy).orElseThrow(() -> new UnusableWeightsException(String.valueOf(e.getMessage()), e));
        } catch (AdapterException e) {
            throw new UserException(ExitCode.DATA, "student.model: " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> initial(PolicyVersion policy) {
        return policy.version() > 0
                ? Optional.empty()
                : initial.get().filter(bytes -> Weights.digest(bytes).equals(policy.digest()));
    }

    @Override
    public void close() {
        follower.close();
    }
}
