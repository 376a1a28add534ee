// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.cli.broker.LocalBroker;
import java.time.Duration;

/**
 * Processor time of this process and of the broker's: says where a pipeline's time goes, also on a machine that does
 * other things meanwhile.
 *
 * @param clients of this process, microseconds
 * @param broker of the broker's process, microseconds
 */
public record ProcessorTime(double clients, double broker) {

    /** Since each process began. */
    static ProcessorTime now(LocalBroker broker) {
        return new ProcessorTime(
                micros(ProcessHandle.current()),
                ProcessHandle.of(broker.pid()).map(ProcessorTime::micros).orElse(0.0));
    }

    /** What was used from an earlier time to this one, for each of some records. */
    ProcessorTime since(ProcessorTime earlier, long records) {
        return new ProcessorTime((clients - earlier.clients) / records, (broker - earlier.broker) / records);
    }

    double sum() {
        return clients + broker;
    }

    private static double micros(ProcessHandle process) {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e3;
    }
}
