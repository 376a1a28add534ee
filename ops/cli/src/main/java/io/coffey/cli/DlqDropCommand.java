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

/** Dead letters dealt with: drop. */
@Command(
        name = "drop",
        header = "Mark dead letters as dealt with.",
        description =
                "Nothing is deleted: the letters stay for list --all and show until the topic's retention takes them.",
        sortOptions = false)
final class DlqDropCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final LetterOptions letters = new LetterOptions();

    @Override
    public Integer call() throws IOException {
        List<LetterAddress> addresses = letters.addresses();
        RunStream.of(letters.run(), log -> {
            new DeadLetterLog(log.clients(), log.topics()).drop(addresses, letters.note());
            addresses.forEach(address -> spec.commandLine().getOut().println(address + ": marked as dealt with"));
        });
        return 0;
    }
}
