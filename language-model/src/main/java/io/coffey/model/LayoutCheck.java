// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares the tensors of a model's files with those that its config asks for. */
final class LayoutCheck {

    private static final int SHOWN_PROBLEMS = 8;

    private LayoutCheck() {}

    /** Throws unless the stored tensors are exactly those of the config; each problem is a line of the message. */
    static void require(Path directory, DecoderConfig config, TensorNames names, SafeTensorsReader stored) {
        List<String> problems = new ArrayList<>();
        Set<String> unexpected = new HashSet<>(stored.tensors().keySet());
        for (WeightsLayout.Entry entry : WeightsLayout.of(config).entries()) {
            for (WeightsLayout.Source source : entry.sources()) {
                String name = names.stored(source);
                StoredTensor tensor = stored.tensors().get(name);
                List<Long> expected = entry.stored(source);
                if (tensor == null) {
                    problems.add("%s: expected tensor %s of shape %s, found none".formatted(directory, name, expected));
                } else if (!tensor.shape().equals(expected)) {
                    problems.add("%s: tensor %s: expected shape %s, found %s"
                            .formatted(tensor.file(), name, expected, tensor.shape()));
                } else if (!tensor.type().isFloat()) {
                    problems.add("%s: tensor %s: expected dtype F32, F16 or BF16, found %s"
                            .formatted(tensor.file(), name, tensor.type()));
                }
                unexpected.remove(name);
            }
        }
        unexpected.removeIf(names::isDerived);
        unexpected.stream()
                .sorted()
                .map(name -> "%s: tensor %s is not a parameter of this architecture".formatted(directory, name))
                .forEach(problems::add);
        if (!problems.isEmpty()) {
            throw new ModelException(summary(problems));
        }
    }

    private static String summary(List<String> problems) {
        return problems.size() <= SHOWN_PROBLEMS
                ? String.join("\n", problems)
                : String.join("\n", problems.subList(0, SHOWN_PROBLEMS))
                        + "\nand %d more".formatted(problems.size() - SHOWN_PROBLEMS);
    }
}
