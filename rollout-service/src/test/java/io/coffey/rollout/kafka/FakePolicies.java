// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.rollout.PolicyFeed;
import io.coffey.rollout.Requests;
import java.util.ArrayList;
import java.util.List;

/** Announces what the test says. */
final class FakePolicies implements PolicyFeed {

    private final List<PolicyVersion> announced = new ArrayList<>();

    void announce(long version) {
        announced.add(Requests.policy(version));
    }

    @Override
    public List<PolicyVersion> poll() {
        List<PolicyVersion> news = List.copyOf(announced);
        announced.clear();
        return news;
    }

    @Override
    public byte[] of(PolicyVersion policy) {
        return new byte[] {(byte) policy.version()};
    }

    @Override
    public void close() {}
}
