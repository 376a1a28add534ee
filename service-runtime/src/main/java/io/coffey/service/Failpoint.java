// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A place at which a service process can be made to die, as SIGKILL would end it there, so that what it leaves behind
 * can be tested place by place. {@code COFFEY_FAILPOINT=NAME@N} in the environment, or the system property
 * {@code coffey.failpoint}, ends the process when it comes to the place for the N-th time; {@code NAME@N:hang} has the
 * thread stand still there for ever. Costs nothing when nothing is armed.
 */
public enum Failpoint {
    /** The batch is chosen, nothing is computed yet. */
    STEP_BEFORE_BACKWARD("trainer.step.beforeBackward"),
    /** All gradients are there, the weights are as before. */
    STEP_AFTER_BACKWARD("trainer.step.afterBackward"),
    /** The weights have moved; no one knows. */
    STEP_AFTER_OPTIMIZER("trainer.step.afterOptimizer"),
    /** The step is ready to be written. */
    COMMIT_BEFORE_TRANSACTION("trainer.commit.beforeTransaction"),
    /** Chunks of the weights are acknowledged, their announcement is not sent. */
    COMMIT_AFTER_WEIGHTS("trainer.commit.afterWeights"),
    /** All of the step is acknowledged, but not committed. */
    COMMIT_AFTER_SENDS("trainer.commit.afterSends"),
    /** The step is committed, and no checkpoint knows. */
    COMMIT_AFTER_COMMIT("trainer.commit.afterCommit"),
    /** Nothing of the checkpoint is on the disk. */
    CHECKPOINT_BEFORE_WRITE("trainer.checkpoint.beforeWrite"),
    /** A file of the checkpoint is written and not forced to the disk; comes twice a checkpoint. */
    CHECKPOINT_BEFORE_FILE_SYNC("trainer.checkpoint.beforeFileSync"),
    /** The checkpoint is written under its temporary name, the folder is not forced to the disk. */
    CHECKPOINT_AFTER_WRITE("trainer.checkpoint.afterWrite"),
    /** The checkpoint is whole under its temporary name. */
    CHECKPOINT_BEFORE_RENAME("trainer.checkpoint.beforeRename"),
    /** The checkpoint has its name, which is not forced to the disk. */
    CHECKPOINT_AFTER_RENAME("trainer.checkpoint.afterRename"),
    /** The checkpoint is whole, those that it replaces are there still. */
    CHECKPOINT_AFTER_SYNC("trainer.checkpoint.afterSync"),
    /** A scorer is about to score a sample of request N, whenever it does. */
    SCORE_REQUEST("scorer.score.request"),
    /** A scorer or rollout worker has answers, of which nothing is sent. */
    OUTPUT_BEFORE_SEND("output.beforeSend"),
    /** All answers are acknowledged, but not committed. */
    OUTPUT_AFTER_SENDS("output.afterSends"),
    /** The answers are committed. */
    OUTPUT_AFTER_COMMIT("output.afterCommit");

    /** How a process ends that SIGKILL ends. */
    private static final int KILLED = 137;

    private static final Pattern FORM = Pattern.compile("([A-Za-z.]+)@(\\d{1,9})(:hang)?");
    private static final String PROPERTY = "coffey.failpoint";
    private static final String VARIABLE = "COFFEY_FAILPOINT";

    private static volatile @Nullable Armed armed;

    private final String place;

    Failpoint(String place) {
        this.place = place;
    }

    /**
     * What ends the process.
     *
     * @param point where
     * @param left how often it still has to be reached
     * @param end ends it
     */
    private record Armed(Failpoint point, AtomicInteger left, Runnable end) {}

    /** Its name, as it is armed by. */
    public String place() {
        return place;
    }

    /** The process is here. */
    public void reached() {
        Armed current = armed;
        if (current != null && current.point() == this && current.left().decrementAndGet() == 0) {
            current.end().run();
        }
    }

    /** The process is about to do something to what has this number: N names it, and does not count. */
    public void reached(long number) {
        Armed current = armed;
        if (current != null && current.point() == this && current.left().get() == number) {
            current.end().run();
        }
    }

    /**
     * Arms what the system property or the environment names, if either does.
     *
     * @throws UserException with the names there are if it names none of them
     */
    static void arm(Map<String, String> environment) {
        String text = System.getProperty(PROPERTY, environment.get(VARIABLE));
        if (text != null) {
            arm(
                    text,
                    text.endsWith(":hang")
                            ? Failpoint::hang
                            : () -> Runtime.getRuntime().halt(KILLED));
        }
    }

    private static void hang() {
        while (true) {
            LockSupport.park();
        }
    }

    /** @param end ends the process */
    static void arm(String text, Runnable end) {
        Matcher matcher = FORM.matcher(text);
        for (Failpoint point : values()) {
            if (matcher.matches()
                    && point.place.equals(matcher.group(1))
                    && !matcher.group(2).equals("0")) {
                armed = new Armed(point, new AtomicInteger(Integer.parseInt(matcher.group(2))), end);
                return;
            }
        }
        throw new UserException(
                ExitCode.CONFIGURATION,
                "%s: expected NAME@N or NAME@N:hang with N from 1 and NAME one of %s, found \"%s\""
                        .formatted(
                                VARIABLE,
                                Arrays.stream(values()).map(Failpoint::place).collect(Collectors.joining(", ")),
                                text));
    }

    static void disarm() {
        armed = null;
    }
}
