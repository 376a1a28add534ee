// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** All objectives, by the {@code type} that a run file's {@code objective} section names. */
public final class Objectives {

    private static final SortedMap<String, Constructor> BY_TYPE = new TreeMap<>(Map.ofEntries(
            entry(AdaptiveDivergence.TYPE, AdaptiveDivergence::new),
            entry(BidirectionalDivergence.TYPE, BidirectionalDivergence::new),
            entry(EntropyGatedPolicyGradient.TYPE, EntropyGatedPolicyGradient::new),
            entry(InterpolatedTeacher.TYPE, InterpolatedTeacher::new),
            entry(Preference.TYPE, Preference::new),
            entry(SampledTokenPolicyGradient.TYPE, SampledTokenPolicyGradient::new),
            entry(SelfDistillation.TYPE, SelfDistillation::new),
            entry(SinkhornDivergence.TYPE, SinkhornDivergence::new),
            entry(SkewDivergence.TYPE, SkewDivergence::new),
            entry(TokenDivergence.TYPE, TokenDivergence::new),
            entry(TokenSelectiveDistillation.TYPE, TokenSelectiveDistillation::new)));

    /** Declares the settings of an objective to the binder and makes it of what the binder found. */
    private interface Constructor {
        Objective bind(SettingsBinder binder);
    }

    private Objectives() {}

    /** All types, sorted. */
    public static List<String> types() {
        return List.copyOf(BY_TYPE.keySet());
    }

    /**
     * The objective that the settings describe.
     *
     * @param settings {@code type} and the settings of that type; what is not given takes its default
     * @throws IllegalArgumentException with all {@link #problems}, one a line
     */
    public static Objective create(Map<String, String> settings) {
        List<String> problems = problems(settings);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        String type = settings.getOrDefault(SettingsBinder.TYPE, "");
        return constructor(type).bind(new SettingsBinder(type, settings));
    }

    /** Everything wrong with the settings, one line each naming the key, what was expected and what was found. */
    public static List<String> problems(Map<String, String> settings) {
        String type = settings.getOrDefault(SettingsBinder.TYPE, "");
        if (!BY_TYPE.containsKey(type)) {
            return List.of(unknownType(type));
        }
        SettingsBinder binder = new SettingsBinder(type, settings);
        constructor(type).bind(binder);
        return binder.problems();
    }

    /**
     * The settings of a type, in the order it declares them.
     *
     * @throws IllegalArgumentException if there is no such type
     */
    public static List<Setting> settings(String type) {
        SettingsBinder binder = new SettingsBinder(type, Map.of());
        constructor(type).bind(binder);
        return binder.settings();
    }

    /** What every loss script takes and returns, in words: shapes and meaning of its arguments. */
    public static String scriptConventions() {
        return ScriptLoss.conventions();
    }

    private static Constructor constructor(String type) {
        Constructor constructor = BY_TYPE.get(type);
        if (constructor == null) {
            throw new IllegalArgumentException(unknownType(type));
        }
        return constructor;
    }

    private static String unknownType(String type) {
        String meant = Spelling.nearest(type, BY_TYPE.keySet())
                .map("; did you mean %s?"::formatted)
                .orElse("");
        return "objective.type: expected one of %s, found \"%s\"%s".formatted(String.join(", ", types()), type, meant);
    }
}
