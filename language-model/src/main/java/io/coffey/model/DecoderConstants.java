// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The constants that turn {@code decoder.py} into one decoder: sizes, switches, and where the weights are. */
final class DecoderConstants {

    /** What a layer may have, as the text names it in capitals. */
    private static final List<String> OF_A_LAYER = List.of(
            "query_key_value",
            "query_key_value_bias",
            "query_norm",
            "key_norm",
            "attention_output",
            "attention_output_bias",
            "feed_forward_norm",
            "down",
            "down_bias");

    private static final String FIRST_LAYER = "layers.0.";

    private final WeightsLayout layout;
    private final int first;
    private final Map<String, Object> constants = new LinkedHashMap<>();

    private DecoderConstants(WeightsLayout layout) {
        this.layout = layout;
        this.first = layout.indexOf(FIRST_LAYER + "attention_norm");
    }

    static Map<String, Object> of(DecoderConfig config, Precision precision) {
        DecoderConstants made = new DecoderConstants(WeightsLayout.of(config));
        made.addSizes(config);
        made.addSwitches(config, precision);
        made.addPlaces(config);
        return made.constants;
    }

    private void addSizes(DecoderConfig config) {
        int window = config.features().window();
        constants.put("C", config.hiddenSize());
        constants.put("D", config.headSize());
        constants.put("F", config.intermediateSize());
        constants.put("H", config.heads());
        constants.put("K", config.keyValueHeads());
        constants.put("L", config.layers());
        constants.put("EPSILON", config.normEpsilon());
        constants.put("WINDOW", window == 0 ? Integer.MAX_VALUE : window);
    }

    private void addSwitches(DecoderConfig config, Precision precision) {
        boolean llama = config.features().body() == DecoderFeatures.Body.LLAMA;
        addSwitch("HALF", precision == Precision.BF16);
        addSwitch("LAYER_NORM", !llama);
        addSwitch("ROTARY", llama);
        addSwitch("GATED", llama);
        addSwitch("HEAD_NORM", config.features().headNorm());
        addSwitch("WINDOWED", config.features().window() > 0);
    }

    private void addSwitch(String name, boolean on) {
        constants.put(name, on ? "True" : "False");
    }

    private void addPlaces(DecoderConfig config) {
        OF_A_LAYER.forEach(name -> addPlace(name, name));
        String up = config.features().body() == DecoderFeatures.Body.LLAMA ? "gate_up" : "up";
        addPlace("up", up);
        addPlace("up_bias", up + WeightsLayout.BIAS);
        int last = layout.indexOf("norm");
        constants.put("FIRST", first);
        constants.put("STRIDE", (last - first) / config.layers());
        constants.put("NORM", last);
        constants.put("HEAD", config.tiedEmbeddings() ? 0 : layout.indexOf("head"));
    }

    /** The place of a weight of a layer behind the layer's first, 0 for one that the decoder does not have. */
    private void addPlace(String name, String entry) {
        boolean present =
                layout.entries().stream().anyMatch(other -> other.name().equals(FIRST_LAYER + entry));
        constants.put(name.toUpperCase(Locale.ROOT), present ? layout.indexOf(FIRST_LAYER + entry) - first : 0);
    }
}
