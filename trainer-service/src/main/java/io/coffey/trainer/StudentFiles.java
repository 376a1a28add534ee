// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterDirectory;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** How what has learned lies in a directory that other tools can read. */
public sealed interface StudentFiles {

    /** Those of what learns in a run. */
    static StudentFiles of(TrainerJob job) {
        return job.adapter().isPresent() ? new OfAdapter(job.student()) : new OfWeights(job.student());
    }

    /** Writes canonical bytes as files. */
    void save(Path directory, byte[] canonical);

    /** Reads them back. */
    byte[] load(Path directory);

    /**
     * All weights, as a Hugging Face directory.
     *
     * @param model from which configuration and tokenizer are copied
     */
    record OfWeights(ModelDirectory model) implements StudentFiles {

        @Override
        public void save(Path directory, byte[] canonical) {
            try (Weights weights = Weights.fromBytes(model.config(), ByteBuffer.wrap(canonical))) {
                model.save(directory, weights);
            }
        }

        @Override
        public byte[] load(Path directory) {
            try (Weights weights = ModelDirectory.open(directory).loadWeights()) {
                return weights.toBytes();
            }
        }
    }

    /**
     * An adapter, as a directory of PEFT.
     *
     * @param model what it is for
     */
    record OfAdapter(ModelDirectory model) implements StudentFiles {

        @Override
        public void save(Path directory, byte[] canonical) {
            try (Adapter adapter = Adapter.fromBytes(model.config(), canonical)) {
                AdapterDirectory.save(directory, adapter, model.path().toString());
            }
        }

        @Override
        public byte[] load(Path directory) {
            try (Adapter adapter = AdapterDirectory.load(directory, model.config())) {
                return adapter.toBytes();
            }
        }
    }
}
