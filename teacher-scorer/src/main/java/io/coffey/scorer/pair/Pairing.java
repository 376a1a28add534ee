// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.pair;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.tokenizer.Continuation;
import io.coffey.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;

/** Puts the teacher's response to a prompt beside the student's own. Thread-safe. */
public final class Pairing {

    private final Tokenizer tokenizer;
    private final int stopToken;

    /**
     * A pairing.
     *
     * @param tokenizer of the student, which stays open
     * @param stopToken ends the teacher's responses
     */
    public Pairing(Tokenizer tokenizer, int stopToken) {
        this.tokenizer = tokenizer;
        this.stopToken = stopToken;
    }

    /**
     * A trajectory as the reference reads it, and the teacher's response that is preferred to it.
     *
     * @param prompt the trajectory's prompt
     * @throws UnscorableTrajectoryException if the prompt has no response
     * @throws PointlessPairException if the student's response was cut, one of the two is empty, or both are the same
     */
    public Reading read(Trajectory trajectory, Prompt prompt) {
        String response = prompt.teacherText();
        if (response == null) {
            throw new UnscorableTrajectoryException(
                    "prompt %s has no response of the teacher to prefer".formatted(prompt.id()));
        }
        int[] chosen = Continuation.tokens(tokenizer, prompt.text(), trajectory.promptTokens(), response, stopToken);
        refuse(trajectory.finishReason() == FinishReason.LENGTH, "the student's response was cut at its length limit");
        refuse(chosen.length == 1, "the teacher's response is empty");
        refuse(trajectory.length() == 1, "the student's response is empty");
        refuse(Arrays.equals(chosen, trajectory.tokens()), "the student's response is the teacher's");
        return Reading.plain(trajectory).besides(response(trajectory, chosen));
    }

    private static void refuse(boolean pointless, String why) {
        if (pointless) {
            throw new PointlessPairException("pair passed over: " + why);
        }
    }

    /** The teacher's response as a trajectory; nobody sampled it here, so its own log-probabilities are not known. */
    private static Trajectory response(Trajectory trajectory, int[] tokens) {
        byte[] mask = new byte[tokens.length];
        Arrays.fill(mask, (byte) 1);
        float[] unknown = new float[tokens.length];
        Arrays.fill(unknown, Float.NaN);
        return new Trajectory(
                trajectory.runId(),
                trajectory.request(),
                trajectory.sample(),
                trajectory.promptId(),
                trajectory.promptTokens(),
                tokens,
                mask,
                unknown,
                null,
                List.of(new VersionRun(0, tokens.length)),
                Origin.TEACHER,
                trajectory.sampling(),
                trajectory.seed(),
                FinishReason.STOP,
                trajectory.tokenizerFingerprint(),
                "",
                null,
                null,
                null,
                null);
    }
}
