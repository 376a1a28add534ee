// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import io.coffey.torch.Torch;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Times work. With one native thread, time is the processor time of the calling thread, so that other load counts less.
 */
final class BenchmarkClock {

    private BenchmarkClock() {}

    static double seconds(Runnable work) {
        long start = now();
        work.run();
        return (now() - start) * 1e-9;
    }

    private static long now() {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        return Torch.threads() == 1 ? clock.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
