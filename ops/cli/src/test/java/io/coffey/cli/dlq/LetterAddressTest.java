// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LetterAddressTest {

    @Test
    void isReadAsItIsWritten() {
        LetterAddress address = LetterAddress.parse("rollout-requests:0@17");

        assertThat(address).isEqualTo(new LetterAddress("rollout-requests", 0, 17));
        assertThat(address).hasToString("rollout-requests:0@17");
        assertThat(address.place()).isEqualTo("0@17");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "17", "0@17", "trajectories:0", "trajectories:0@", "trajectories:-1@2", "T:0@1", "a:0@1 "})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> LetterAddress.parse(text))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessage("expected a dead letter as TOPIC:PARTITION@OFFSET, such as trajectories:0@17, found \"%s\""
                        .formatted(text));
    }
}
