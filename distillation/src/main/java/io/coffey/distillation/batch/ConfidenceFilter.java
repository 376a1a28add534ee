// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keeps of an optimiser batch what the teacher is sure of and the student is not (after LLKD, whose exact rule was not
 * published with code): the share with the highest confidence of the teacher, log p(y), and of that what is in the
 * share with the highest surprise of the student that sampled, -log b(y). Both are of the sampled token, or means over
 * the trained tokens of a trajectory; over a trajectory the second estimates the student's entropy. The thresholds are
 * thus quantiles of the batch and move with it. A pure function of the batch, so that a replay keeps alike; of equal
 * values the first is kept.
 *
 * @param unit what is kept or not
 * @param confidentShare share that the teacher's confidence keeps, above 0; 1 for all
 * @param surprisedShare share that the student's surprise keeps, above 0; 1 for all
 */
public record ConfidenceFilter(Unit unit, double confidentShare, double surprisedShare) {

    /** Keeps everything. */
    public static final ConfidenceFilter NONE = new ConfidenceFilter(Unit.TRAJECTORIES, 1, 1);

    /** What a filter keeps or leaves out. */
    public enum Unit {
        TRAJECTORIES,
        TOKENS
    }

    /** A trajectory of the batch, or one of its tokens. */
    private record Candidate(int trajectory, int position, double confidence, double surprise) {}

    public ConfidenceFilter {
        if (!(confidentShare > 0 && confidentShare <= 1 && surprisedShare > 0 && surprisedShare <= 1)) {
            throw new IllegalArgumentException("a filter keeps shares above 0 and up to 1, found %s and %s"
                    .formatted(confidentShare, surprisedShare));
        }
    }

    /** Whether it may leave anything out. */
    public boolean decides() {
        return confidentShare < 1 || surprisedShare < 1;
    }

    /**
     * What is kept, by trajectory and completion position; positions that a mask excludes count for nothing.
     *
     * @param batch trajectories of a whole optimiser batch, none failed
     */
    public List<boolean[]> kept(List<ScoredTrajectory> batch) {
        List<Candidate> candidates = new ArrayList<>();
        List<boolean[]> kept = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            kept.add(new boolean[batch.get(i).trajectory().length()]);
            List<Candidate> tokens = tokens(batch.get(i), i);
            if (unit == Unit.TOKENS) {
                candidates.addAll(tokens);
            } else if (!tokens.isEmpty()) {
                candidates.add(mean(tokens));
            }
        }
        boolean[] confident = highest(candidates, Comparator.comparingDouble(Candidate::confidence), confidentShare);
        boolean[] surprised = highest(candidates, Comparator.comparingDouble(Candidate::surprise), surprisedShare);
        for (int c = 0; c < candidates.size(); c++) {
            if (confident[c] && surprised[c]) {
                keep(kept, candidates.get(c));
            }
        }
        return kept;
    }

    private void keep(List<boolean[]> kept, Candidate candidate) {
        boolean[] positions = kept.get(candidate.trajectory());
        for (int t = 0; t < positions.length; t++) {
            positions[t] |= unit == Unit.TRAJECTORIES || t == candidate.position();
        }
    }

    private static List<Candidate> tokens(ScoredTrajectory scored, int index) {
        Trajectory trajectory = scored.trajectory();
        float[] teacher = scored.scores().get(0).logProbs();
        float[] behavior = trajectory.behaviorLogProbs();
        return IntStream.range(0, trajectory.length())
                .filter(t -> trajectory.mask()[t] != 0)
                .mapToObj(t -> new Candidate(index, t, teacher[t], -behavior[t]))
                .toList();
    }

    private static Candidate mean(List<Candidate> tokens) {
        double confidence = 0;
        double surprise = 0;
        for (Candidate token : tokens) {
            confidence += token.confidence() / tokens.size();
            surprise += token.surprise() / tokens.size();
        }
        return new Candidate(tokens.get(0).trajectory(), 0, confidence, surprise);
    }

    /** Which candidates are among the share, rounded up, that comes last in the order. */
    private static boolean[] highest(List<Candidate> candidates, Comparator<Candidate> order, double share) {
        boolean[] highest = new boolean[candidates.size()];
        IntStream.range(0, candidates.size())
                .boxed()
                .sorted(Comparator.comparing(candidates::get, order.reversed()))
                .limit((long) Math.ceil(share * candidates.size() - 1e-9))
                .forEach(c -> highest[c] = true);
        return highest;
    }
}
