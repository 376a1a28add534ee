// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.UserException;
import io.coffey.trainer.kafka.Replay;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * Trained again from its log alone, the run comes out as it did: every step with the ledger's digest, the weights as
 * they were published last, the optimiser's moments as the last checkpoint holds them.
 *
 * @param replay trains it again
 * @param ledger lines of the run, from the first
 * @param published newest version that the run published; null where it published none
 * @param optimizerDigest sha256 of the optimiser's bytes after the last step, as the run kept them; null where it did
 *     not keep them
 */
public record ReplayIsBitExact(
        Supplier<Replay.Result> replay,
        List<TrainingStep> ledger,
        @Nullable PolicyVersion published,
        @Nullable String optimizerDigest)
        implements Guarantee {

    public ReplayIsBitExact {
        ledger = List.copyOf(ledger);
    }

    @Override
    public List<String> violations() {
        if (ledger.isEmpty()) {
            return List.of("there is no step to train again");
        }
        Replay.Result result;
        try {
            result = replay.get();
        } catch (UserException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        TrainingStep last = ledger.get(ledger.size() - 1);
        List<String> violations = new ArrayList<>();
        if (result.step() != last.step()) {
            violations.add("%d of %d steps could be trained again".formatted(result.step(), last.step()));
        }
        compare("the weights are", last.digestAfter(), result.digest(), violations);
        if (published != null && published.version() == last.step()) {
            compare(
                    "the weights were published as",
                    published.digest(),
                    DigestUtils.sha256Hex(result.learned()),
                    violations);
        }
        if (optimizerDigest != null) {
            compare(
                    "the optimiser was kept as",
                    optimizerDigest,
                    DigestUtils.sha256Hex(result.optimizerState()),
                    violations);
        }
        return violations;
    }

    private static void compare(String what, String expected, String found, List<String> violations) {
        if (!expected.equals(found)) {
            violations.add("after the last step %s %.16s..., training it again gives %.16s..."
                    .formatted(what, expected, found));
        }
    }
}
