// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceTest {

    @ParameterizedTest
    @CsvSource({"cpu, cpu", "cuda, cuda:0", "cuda:0, cuda:0", "cuda:12, cuda:12"})
    void hasAName(String name, String canonical) {
        assertThat(Device.named(name)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:0:1", "cuda:1234", "cpu:0"})
    void refusesOtherNames(String name) {
        assertThatThrownBy(() -> Device.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device: expected cpu, cuda or cuda:N, found " + name);
    }

    @Test
    void refusesAGpuThatIsNotThere() {
        assertThatThrownBy(() -> Device.named("cuda").require("libtorch 2.7.1 for processors alone", 0))
                .isInstanceOf(DeviceException.class)
                .hasMessage("device cuda:0: expected a GPU and an engine built for it (Maven profile gpu-cu124), "
                        + "found libtorch 2.7.1 for processors alone");
        assertThatThrownBy(() -> Device.named("cuda:2").require("libtorch 2.5.1 for GPUs", 2))
                .hasMessage("device cuda:2: expected cuda:0 to cuda:1, as libtorch 2.5.1 for GPUs finds 2 GPU(s)");
        assertThatCode(() -> Device.named("cuda:1").require("libtorch 2.5.1 for GPUs", 2))
                .doesNotThrowAnyException();
        assertThatCode(() -> Device.CPU.require("libtorch 2.7.1 for processors alone", 0))
                .doesNotThrowAnyException();
    }

    @Test
    void startsOnTheProcessor() {
        Torch.start(1, Device.CPU);

        assertThat(Torch.device()).isEqualTo(Device.CPU);
    }
}
