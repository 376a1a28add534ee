// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The weights that adapters of one model stand for. Reads the model's weights when the first adapter comes. */
public final class AdaptedModel implements UnaryOperator<byte[]> {

    private final ModelDirectory model;
    private byte @Nullable [] base;

    /** @param model what the adapters are for */
    public AdaptedModel(ModelDirectory model) {
        this.model = model;
    }

    /**
     * Canonical bytes of the model's weights with an adapter in them.
     *
     * @param adapter canonical bytes of the adapter
     * @throws AdapterException if it is for other weights than the model's
     */
    @Override
    public byte[] apply(byte[] adapter) {
        try (Adapter changes = Adapter.fromBytes(model.config(), adapter);
                Weights weights = baseOf(changes);
                Weights merged = changes.mergeInto(weights)) {
            return merged.toBytes();
        }
    }

    private Weights baseOf(Adapter changes) {
        if (base != null) {
            return Weights.fromBytes(model.config(), ByteBuffer.wrap(base));
        }
        Weights weights = model.loadWeights();
        try {
            changes.requireBase(weights);
        } catch (AdapterException e) {
            weights.close();
            throw new AdapterException(model.path() + ": " + e.getMessage(), e);
        }
        base = weights.toBytes();
        return weights;
    }
}
