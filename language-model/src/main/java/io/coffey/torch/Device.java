// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where tensors are kept and computed with: the processor, or one GPU. */
public final class Device {

    /** The processor. */
    public static final Device CPU = new Device(-1);

    private static final Pattern NAME = Pattern.compile("cpu|cuda(?::(\\d{1,3}))?");

    private final int gpu;

    private Device(int gpu) {
        this.gpu = gpu;
    }

    /**
     * The device of a name: {@code cpu}, {@code cuda:1} for the second GPU, {@code cuda} for the first.
     *
     * @throws IllegalArgumentException if it is no such name
     */
    public static Device named(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("device: expected cpu, cuda or cuda:N, found " + name);
        }
        if (name.equals("cpu")) {
            return CPU;
        }
        String number = matcher.group(1);
        return new Device(number == null ? 0 : Integer.parseInt(number));
    }

    /** What the engine's binding calls it. */
    ai.djl.Device binding() {
        return gpu < 0 ? ai.djl.Device.cpu() : ai.djl.Device.gpu(gpu);
    }

    /**
     * Throws unless the engine can use it.
     *
     * @param engine what the engine is, for the message
     * @param gpus how many GPUs it can use; 0 if it was not built for them
     */
    void require(String engine, int gpus) {
        if (gpu >= 0 && gpus == 0) {
            throw new DeviceException(
                    "device %s: expected a GPU and an engine built for it (Maven profile gpu-cu124), found %s"
                            .formatted(this, engine));
        }
        if (gpu >= gpus && gpu > 0) {
            throw new DeviceException("device %s: expected cuda:0 to cuda:%d, as %s finds %d GPU(s)"
                    .formatted(this, gpus - 1, engine, gpus));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Device device && device.gpu == gpu;
    }

    @Override
    public int hashCode() {
        return gpu;
    }

    @Override
    public String toString() {
        return gpu < 0 ? "cpu" : "cuda:" + gpu;
    }
}
