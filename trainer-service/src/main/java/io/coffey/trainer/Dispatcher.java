// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the requests of a run: a pure function of their number, the run's seed and its settings. */
public final class Dispatcher {

    private final String runId;
    private final long seed;
    private final Pace pace;
    private final PromptSequence prompts;
    private final Origin origin;
    private final Sampling sampling;
    private final LengthCurriculum curriculum;
    private final Needs needs;
    private final String tokenizerFingerprint;

    public Dispatcher(
            String runId,
            long seed,
            Pace pace,
            PromptSequence prompts,
            Origin origin,
            Sampling sampling,
            LengthCurriculum curriculum,
            Needs needs,
            String tokenizerFingerprint) {
        this.runId = runId;
        this.seed = seed;
        this.pace = pace;
        this.prompts = prompts;
        this.origin = origin;
        this.sampling = sampling;
        this.curriculum = curriculum;
        this.needs = needs;
        this.tokenizerFingerprint = tokenizerFingerprint;
    }

    /**
     * Requests {@code from} (inclusive) to {@code to} (exclusive), made when the given policy version is the newest.
     *
     * @param controllers state of the controllers, of which the curriculum is one
     */
    public List<RolloutRequest> requests(long from, long to, long newestVersion, Map<String, Double> controllers) {
        Sampling limited = new Sampling(
                sampling.temperature(),
                sampling.topK(),
                sampling.topP(),
                curriculum.maxNewTokens(controllers),
                sampling.studentShare());
        List<RolloutRequest> requests = new ArrayList<>();
        for (long number = from; number < to; number++) {
            Prompt prompt = prompts.at(number);
            requests.add(new RolloutRequest(
                    runId,
                    number,
                    prompt.id(),
                    prompt.tokens(),
                    pace.samplesPerPrompt(),
                    origin,
                    limited,
                    Seeds.mix(seed, number),
                    pace.requestedVersion(newestVersion),
                    pace.order().versionRule(),
                    needs.studentTopK(),
                    needs.studentEntropy(),
                    needs.alternatives(),
                    tokenizerFingerprint));
        }
        return requests;
    }
}
