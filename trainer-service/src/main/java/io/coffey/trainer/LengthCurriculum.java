// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.objective.Controller;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The entropy-gated length curriculum of Decoupling KL and Trajectories (arXiv 2605.16826): the length limit is the
 * first of the ladder; after every so many steps at a limit the next one is tried if the student's mean entropy over
 * them was at least the threshold, otherwise the limit stays for good. Entropy is that of the current student on the
 * step's rollouts, before it trains on them.
 *
 * <p>A pure function of the ledger: its state stands in every line, and a step's requests carry the limit of the line.
 *
 * @param ladder length limits in ascending order; a single one never changes
 * @param minEntropy threshold in nats
 * @param steps steps at a limit over which the entropy is measured
 */
public record LengthCurriculum(List<Integer> ladder, double minEntropy, int steps) implements Controller {

    static final String STAGE = "lengthStage";
    static final String STOPPED = "lengthStopped";
    static final String MEASURED = "lengthSteps";
    static final String ENTROPY = "lengthEntropySum";

    /** The metric that it reads. */
    private static final String STUDENT_ENTROPY = "studentEntropy";

    public LengthCurriculum {
        ladder = List.copyOf(ladder);
        for (int i = 1; i < ladder.size(); i++) {
            if (ladder.get(i) <= ladder.get(i - 1)) {
                throw new IllegalArgumentException(
                        "sampling.curriculum.lengths: expected limits in ascending order, found " + ladder);
            }
        }
    }

    /**
     * What the section says.
     *
     * @throws IllegalArgumentException if the ladder does not ascend to the limit
     */
    static LengthCurriculum of(CurriculumSection section, int maxNewTokens) {
        List<Integer> ladder = section.lengths().orElse(List.of(maxNewTokens));
        int last = ladder.get(ladder.size() - 1);
        if (last != maxNewTokens) {
            throw new IllegalArgumentException(
                    "sampling.curriculum.lengths: expected sampling.maxNewTokens, which is %d, as the last, found %d"
                            .formatted(maxNewTokens, last));
        }
        return new LengthCurriculum(ladder, section.minEntropy(), section.steps());
    }

    /** Whether there is anything to decide. */
    boolean decides() {
        return ladder.size() > 1;
    }

    /** The length limit in a state. */
    int maxNewTokens(Map<String, Double> state) {
        return ladder.get(state.getOrDefault(STAGE, 0.0).intValue());
    }

    @Override
    public SortedMap<String, Double> initial() {
        return decides() ? state(0, false, 0, 0) : new TreeMap<>();
    }

    @Override
    public Map<String, Double> next(Map<String, Double> state, Map<String, Double> metrics, double progress) {
        Double entropy = metrics.get(STUDENT_ENTROPY);
        if (!decides() || entropy == null || state.getOrDefault(STOPPED, 0.0) > 0) {
            return state;
        }
        int stage = state.getOrDefault(STAGE, 0.0).intValue();
        int measured = state.getOrDefault(MEASURED, 0.0).intValue() + 1;
        double sum = state.getOrDefault(ENTROPY, 0.0) + entropy;
        if (measured < steps) {
            return state(stage, false, measured, sum);
        }
        boolean longer = sum / measured >= minEntropy;
        int next = longer ? stage + 1 : stage;
        return state(next, !longer || next == ladder.size() - 1, 0, 0);
    }

    private static SortedMap<String, Double> state(int stage, boolean stopped, int measured, double sum) {
        SortedMap<String, Double> state = new TreeMap<>();
        state.put(STAGE, (double) stage);
        state.put(STOPPED, stopped ? 1.0 : 0.0);
        state.put(MEASURED, (double) measured);
        state.put(ENTROPY, sum);
        return state;
    }
}
