// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.service.ExitCode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Work that Ctrl-C and SIGTERM end by asking it to stop: the process ends when it has, with its exit code. */
final class CleanStop {

    /** The work. */
    interface Work {
        void run() throws Exception;
    }

    private final Runnable requestStop;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger exitCode = new AtomicInteger(ExitCode.BUG);

    private CleanStop(Runnable requestStop) {
        this.requestStop = requestStop;
    }

    /**
     * Does the work.
     *
     * @param requestStop asks it to stop; called on another thread
     * @return the exit code of success
     */
    static int during(Work work, Runnable requestStop) throws Exception {
        CleanStop stop = new CleanStop(requestStop);
        Runtime.getRuntime().addShutdownHook(new Thread(stop::stop, "stop"));
        try {
            work.run();
            stop.exitCode.set(ExitCode.OK);
            return ExitCode.OK;
        } catch (Exception e) {
            stop.exitCode.set(ErrorReport.outcome(e).exitCode());
            throw e;
        } finally {
            stop.ended.countDown();
        }
    }

    private void stop() {
        if (ended.getCount() == 0) {
            return;
        }
        requestStop.run();
        try {
            ended.await();
        } catch (InterruptedException e) {
            exitCode.set(ExitCode.TERMINATED);
        }
        Runtime.getRuntime().halt(exitCode.get());
    }
}
