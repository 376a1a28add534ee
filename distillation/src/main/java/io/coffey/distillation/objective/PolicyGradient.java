// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings of {@code policy_gradient.py}, for every objective that has it in its loss. Immutable.
 *
 * <p>Bounds of the importance ratio: {@code truncation} caps it (Ionides, Truncated Importance Sampling, 2008) or drops
 * what is outside both bounds (icepop). {@code trustRegion} is the rule of prime-rl, which publishes 0.2 and a
 * {@code ratioPenalty} of 1e-3. {@code sequenceMask} is the rule seq-mask-tis of NeMo-RL, {@code tokenMask} that of the
 * two phases of REOPOLD, which publishes a floor of 0.1 and a share of 0.2.
 */
final class PolicyGradient {

    /** Names of what the script watches, in its order. */
    private static final List<String> METRICS = List.of(
            "advantage",
            "clippedAdvantages",
            "importanceRatio",
            "logImportanceRatio",
            "truncatedRatios",
            "droppedSamples",
            "mismatchKl");

    /** Names of those of which the script tells the largest value, in its order. */
    private static final List<String> MAXIMA = List.of("maxImportanceRatio");

    /** What happens to a token whose importance ratio is outside the bounds. */
    enum Truncation {
        /** Above the cap it keeps a gradient, weighted with the cap: the ratio is a constant. */
        WEIGHT,
        /** Above the cap it has none: the loss is differentiated through the minimum of ratio and cap. */
        DROP,
        /** Below the floor or above the cap it is left out. */
        ICEPOP
    }

    /** What reward a log-ratio of teacher and student is. */
    enum RewardShape {
        /** Itself. */
        LOG_RATIO,
        /** Its sign times log(1 + its amount). */
        SOFT_LOG,
        /** Itself, but no less than log(l) / (1 - l) with l = {@code rewardFloor} (REOPOLD). */
        FLOOR
    }

    /** Whether whole sequences are left out. */
    enum SequenceMask {
        NONE,
        /** Those whose geometric mean of importance ratios is outside the bounds. */
        GEOMETRIC_MEAN
    }

    /** Which tokens are trained. */
    enum TokenMask {
        /** All. */
        NONE,
        /** Those whose log-ratio is no less than the floor of {@code rewardFloor} (REOPOLD, first phase). */
        ABOVE_FLOOR,
        /** The share of each trajectory where the student has most entropy (REOPOLD, second phase). */
        UNDECIDED
    }

    private static final String RATIO_PENALTY = "ratioPenalty";

    private final Map<String, Object> constants = new HashMap<>();
    private final int samples;
    private final boolean separable;

    PolicyGradient(SettingsBinder binder) {
        constants.put(
                "COEFFICIENT",
                binder.number("coefficient", 1, 0, 1e6, "factor of the log-ratio of teacher and student"));
        samples = binder.integer(
                "samples", 1, 1, 256, "tokens drawn at every position: the sampled one and alternatives to it");
        constants.put("SAMPLES", samples);
        bindReward(binder);
        bindRatio(binder);
        double discount = binder.number("discount", 0, 0, 1, "how much of the rewards after it a token gets per token");
        double remaining = binder.number(
                "remainingWeight", 0, 0, 1e6, "extra weight of a sequence's first token, falling to 0 at its end");
        SequenceMask mask = bindSequenceMask(binder);
        TokenMask tokens = bindTokenMask(binder);
        constants.put("DISCOUNT", discount);
        constants.put("REMAINING_WEIGHT", remaining);
        if (samples > 1 && discount > 0) {
            binder.refuse("discount", "0 where samples is above 1: nothing follows an alternative");
        }
        if (samples > 1 && remaining > 0) {
            binder.refuse("remainingWeight", "0 where samples is above 1: nothing follows an alternative");
        }
        separable = discount == 0 && remaining == 0 && mask == SequenceMask.NONE && tokens != TokenMask.UNDECIDED;
    }

    private void bindReward(SettingsBinder binder) {
        RewardShape shape = binder.choice("rewardShape", RewardShape.LOG_RATIO, "what reward a log-ratio is");
        double floor = binder.number(
                "rewardFloor",
                0.1,
                1e-6,
                0.999999,
                "l of the floor log(l) / (1 - l), of rewardShape floor and tokenMask above-floor");
        constants.put("REWARD_SHAPE", SettingsBinder.word(shape));
        constants.put("REWARD_FLOOR", Math.log(floor) / (1 - floor));
        constants.put(
                "ADVANTAGE_CLIP",
                binder.number("advantageClip", 0, 0, 1e6, "largest advantage, in nats either way; 0 for no limit"));
    }

    private void bindRatio(SettingsBinder binder) {
        Truncation truncation = binder.choice(
                "truncation",
                Truncation.WEIGHT,
                "whether a token above ratioCap keeps a gradient weighted with the cap, has none, or is left out as is"
                        + " one below ratioFloor");
        constants.put("TRUNCATION", SettingsBinder.word(truncation));
        constants.put(
                "RATIO_CAP",
                binder.number(
                        "ratioCap", 2, 1, 1e6, "largest importance ratio of the current to the sampling student"));
        constants.put(
                "RATIO_FLOOR",
                binder.number("ratioFloor", 0.5, 0, 1, "smallest importance ratio of truncation icepop"));
        constants.put(
                "LOG_RATIO_CLAMP",
                binder.number("logRatioClamp", 20, 0.1, 80, "largest logarithm of the importance ratio, either way"));
        constants.put(
                "TRUST_REGION",
                binder.number(
                        "trustRegion",
                        0,
                        0,
                        1,
                        "a token whose probability fell by more since it was sampled is left out; 0 for none"));
        constants.put(
                "RATIO_PENALTY",
                binder.number(RATIO_PENALTY, 0, 0, 1e6, "factor of the squared logarithm of the importance ratio"));
    }

    private SequenceMask bindSequenceMask(SettingsBinder binder) {
        SequenceMask mask = binder.choice(
                "sequenceMask",
                SequenceMask.NONE,
                "whether sequences are left out whose geometric mean of importance ratios is outside the bounds");
        constants.put("SEQUENCE_MASK", SettingsBinder.word(mask));
        constants.put(
                "SEQUENCE_RATIO_FLOOR",
                binder.number("sequenceRatioFloor", 0.999, 0, 1, "smallest such mean that is kept"));
        constants.put(
                "SEQUENCE_RATIO_CAP",
                binder.number("sequenceRatioCap", 1.002, 1, 1e6, "largest such mean that is kept"));
        return mask;
    }

    private TokenMask bindTokenMask(SettingsBinder binder) {
        TokenMask mask = binder.choice(
                "tokenMask",
                TokenMask.NONE,
                "whether only tokens are trained whose log-ratio is above the floor, or where the student is least"
                        + " decided");
        constants.put("TOKEN_MASK", SettingsBinder.word(mask));
        constants.put(
                "UNDECIDED_SHARE",
                binder.number(
                        "undecidedShare",
                        0.2,
                        0.001,
                        1,
                        "share of a trajectory's tokens that tokenMask undecided trains"));
        return mask;
    }

    /** The scripts, with these settings. */
    List<ScriptPart> parts() {
        return List.of(
                ScriptPart.TRAJECTORIES, new ScriptPart("policy_gradient.py", METRICS, MAXIMA, Map.copyOf(constants)));
    }

    /** Whether no token's loss depends on another token. */
    boolean separable() {
        return separable;
    }

    /** The same settings without the penalty, which stale samples have even where teacher and student agree. */
    static SortedMap<String, String> atRest(SortedMap<String, String> settings) {
        SortedMap<String, String> atRest = new TreeMap<>(settings);
        atRest.put(RATIO_PENALTY, "0");
        return atRest;
    }

    /** Alternatives to the sampled token that every position needs. */
    int alternatives() {
        return samples - 1;
    }
}
