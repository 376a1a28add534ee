// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The preference step of semi on-policy black-box distillation (SODA, arXiv 2604.03873), which is direct preference
 * optimization (Rafailov et al. 2023) with the teacher's response {@code y+} preferred to the student's own {@code y-}.
 *
 * <pre>
 *   h    = [log q(y+) - log w(y+)] - [log q(y-) - log w(y-)]              w is the reference, sums over all tokens
 *   loss = mean over pairs of  - (1 - labelSmoothing) log sigmoid(beta h) - labelSmoothing log sigmoid(-beta h)
 * </pre>
 *
 * <p>A micro-batch holds pairs: sequences 2i and 2i + 1 are the responses preferred and not preferred of pair i, and
 * {@code reference} is the sum of the reference's log-probabilities over each
 * ({@link io.coffey.distillation.batch.TokenBatch#ofPairs}). Pairs are not weighted. SODA's beta is not published; the
 * default is that of the original.
 *
 * <p>A student that is its own reference has {@code h = 0}, loss log 2 and a gradient: there is no rest.
 */
final class Preference implements Objective {

    static final String TYPE = "preference";

    private static final List<String> METRICS =
            List.of("preferenceMargin", "preferenceAccuracy", "chosenLogRatio", "rejectedLogRatio");

    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    Preference(SettingsBinder binder) {
        constants = Map.of(
                "BETA", binder.number("beta", 0.1, 1e-6, 1e3, "factor of the margin in nats"),
                "LABEL_SMOOTHING",
                        binder.number("labelSmoothing", 0, 0, 0.5, "share of the pairs that count as swapped"),
                "MEAN", SettingsBinder.word(Mean.SEQUENCES));
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public String paper() {
        return "SODA, arXiv 2604.03873; DPO, Rafailov et al. 2023, arXiv 2305.18290";
    }

    @Override
    public Needs needs() {
        return new Needs(false, 0, 0, false, false, false, false, true);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return new ScriptLoss(this, vocabularySize, METRICS, constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }

    @Override
    public boolean separable() {
        return false;
    }
}
