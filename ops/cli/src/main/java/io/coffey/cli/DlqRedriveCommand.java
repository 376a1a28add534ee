// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.dlq.DeadLetterLog;
import io.coffey.cli.dlq.LetterAddress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Dead letters dealt with: redrive. */
@Command(
        name = "redrive",
        header = "Write the source records of dead letters to their topics again, and mark the letters.",
        description = {
            "Bytes, key and headers as they were, each record and its mark in one transaction: a letter is redriven once.",
            "The credit of a request or trajectory came back when it was set aside, so the run that set it aside does not"
                    + " train it any more: it counts as DUPLICATE. Runs that read that run's stream may train it. A prompt is read"
                    + " when the trainer starts the next time."
        },
        sortOptions = false)
final class DlqRedriveCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final LetterOptions letters = new LetterOptions();

    @Override
    public Integer call() throws IOException {
        List<LetterAddress> addresses = letters.addresses();
        RunStream.of(letters.run(), log -> {
            new DeadLetterLog(log.clients(), log.topics()).redrive(addresses, letters.note());
            addresses.forEach(address -> spec.commandLine().getOut().println(address + ": written again"));
        });
        return 0;
    }
}
