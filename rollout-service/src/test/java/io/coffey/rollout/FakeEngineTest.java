// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;

/** The fake keeps the contract too, so what is shown with it holds for a real engine. */
class FakeEngineTest extends RolloutEngineContract {

    @Override
    RolloutEngine open(int slots) {
        return new FakeEngine(slots);
    }

    @Override
    PolicyVersion policy(long version) {
        return Requests.policy(version);
    }

    @Override
    byte[] weights(long version) {
        return new byte[] {(byte) version};
    }

    @Override
    String tokenizer() {
        return Requests.TOKENIZER;
    }
}
