// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The native engine of this process. Started by the first use, on the processor and with one thread, unless
 * {@link #start} came before. A process computes on one device; who wants two starts two.
 *
 * <p>Results are repeatable bit by bit for a fixed number of threads, CPU capability and libtorch version: record the
 * three with a run.
 */
public final class Torch {

    private static final AtomicReference<@Nullable Device> DEVICE = new AtomicReference<>();
    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

    private Torch() {}

    /** Loads libtorch once; everything that must be set before it is loaded is set here. */
    private static final class Native {
        static final Engine ENGINE = load();

        private static Engine load() {
            if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
                throw new IllegalStateException("this machine is big-endian; tensors are little-endian bytes");
            }
            if (System.getProperty("ai.djl.offline") == null) {
                System.setProperty("ai.djl.offline", "true");
            }
            Engine engine = Engine.getEngine("PyTorch");
            JniUtils.setNumThreads(1);
            return engine;
        }
    }

    /** The owner of all tensors, on the device that was chosen by the time of its first use. */
    private static final class Root {
        static final PtNDManager MANAGER = manager();

        private static PtNDManager manager() {
            DEVICE.compareAndSet(null, Device.CPU);
            return (PtNDManager) NDManager.newBaseManager(device().binding(), Native.ENGINE.getEngineName());
        }
    }

    /**
     * As {@link #start(int)}, with tensors on a device.
     *
     * @throws DeviceException if there is no such device, or the engine runs on another already
     */
    public static void start(int threads, Device device) {
        boolean gpus = Native.ENGINE.hasCapability(StandardCapabilities.CUDA);
        device.require(
                "libtorch %s %s".formatted(version(), gpus ? "for GPUs" : "for processors alone"),
                gpus ? Native.ENGINE.getGpuCount() : 0);
        if (!DEVICE.compareAndSet(null, device) && !device.equals(device())) {
            throw new DeviceException(
                    "device %s: expected %s, on which this process computes already: one process, one device"
                            .formatted(device, device()));
        }
        start(threads);
    }

    /**
     * Starts the engine, or changes its number of threads. Safe to call from any thread, any number of times.
     *
     * @param threads native threads that one operator may use
     */
    public static void start(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("the engine needs 1 thread or more, found " + threads);
        }
        prepareThread();
        if (threads() != threads) {
            JniUtils.setNumThreads(threads);
        }
    }

    /**
     * Makes the calling thread ready: no gradient recording, no speculative recompilation of scripts. Scopes and
     * scripts do this by themselves; a worker may do it first to pay the start-up at a time of its choosing.
     */
    public static void prepareThread() {
        if (!PREPARED.get()) {
            root();
            JniUtils.setGradMode(false);
            JniUtils.setGraphExecutorOptimize(false);
            PREPARED.set(true);
        }
    }

    /** Where this process computes. */
    public static Device device() {
        Device chosen = DEVICE.get();
        return chosen == null ? Device.CPU : chosen;
    }

    /** Native threads that one operator may use. */
    public static int threads() {
        root();
        return JniUtils.getNumThreads();
    }

    /** The version of libtorch. */
    public static String version() {
        return Native.ENGINE.getVersion();
    }

    /** The instruction set that libtorch's kernels use here, such as {@code AVX512}; decides results bit by bit. */
    public static String cpuCapability() {
        String forced = System.getenv("ATEN_CPU_CAPABILITY");
        if (forced != null) {
            return forced.toUpperCase(Locale.ROOT);
        }
        Path cpuinfo = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(cpuinfo)) {
            return System.getProperty("os.arch");
        }
        try (var lines = Files.lines(cpuinfo)) {
            Optional<String> flags =
                    lines.filter(line -> line.startsWith("flags")).findFirst().map(line -> line + ' ');
            return flags.map(Torch::capability).orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + cpuinfo, e);
        }
    }

    /** libtorch's own rule, from the flags of /proc/cpuinfo. */
    private static String capability(String flags) {
        if (!flags.contains(" avx2 ") || !flags.contains(" fma ")) {
            return "DEFAULT";
        }
        boolean avx512 = flags.contains(" avx512vl ") && flags.contains(" avx512bw ") && flags.contains(" avx512dq ");
        return avx512 ? "AVX512" : "AVX2";
    }

    /** Tensors that exist in native memory at present, for tests that nothing leaks. */
    public static int liveTensors() {
        return root().getManagedArrays().size();
    }

    static PtNDManager root() {
        return Root.MANAGER;
    }
}
