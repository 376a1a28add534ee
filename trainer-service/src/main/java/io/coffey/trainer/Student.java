// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.PolicyVersion.Kind;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.util.List;
import java.util.Map;

/**
 * The student in training, as the trainer's loop sees it. Its state after a step is a pure function of its state before
 * and of the arguments of {@link #train}: recovery and replay rest on that. Single owner, not thread-safe.
 */
public interface Student extends AutoCloseable {

    /** The controllers' state before the first step. */
    Map<String, Double> initialControllers();

    /**
     * Trains the given trajectories, in order, as the given step.
     *
     * @param controllers state of the controllers after the step before
     */
    StepResult train(List<ScoredTrajectory> trajectories, long step, Map<String, Double> controllers);

    /** Canonical bytes of what learns: weights, or an adapter. */
    byte[] learned();

    /** SHA-256 of {@link #learned}. */
    String digest();

    /** Bytes of the optimiser's moments. */
    byte[] optimizerState();

    /** Goes back to where another was. */
    void restore(byte[] learned, byte[] optimizerState);

    /**
     * What is published as a version: with 0 the weights that the run begins with, whole; after it what has learned.
     */
    Publication publication(long version);

    /** How it lies in a checkpoint. */
    StudentFiles files();

    @Override
    void close();

    /**
     * What is published as a version.
     *
     * @param kind what the bytes are
     * @param bytes canonical bytes
     * @param tensorDigests sha256 of every tensor, by name
     */
    record Publication(Kind kind, byte[] bytes, Map<String, String> tensorDigests) {}
}
