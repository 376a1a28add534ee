// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.dlq.DeadLetterLog;
import io.coffey.cli.dlq.LetterAddress;
import io.coffey.cli.dlq.LetterContent;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One dead letter. */
@Command(
        name = "show",
        header = "Show a dead letter as JSON: headers, and the record where it can be read, else its first bytes.",
        sortOptions = false)
final class DlqShowCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Parameters(index = "1", paramLabel = "LETTER", description = "TOPIC:PARTITION@OFFSET, as list --each names it.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String letter;

    @Override
    public Integer call() throws IOException {
        LetterAddress address = LetterAddress.parse(letter);
        RunStream.of(
                options,
                log -> spec.commandLine()
                        .getOut()
                        .println(new LetterContent(log.codecs())
                                .json(address, new DeadLetterLog(log.clients(), log.topics()).record(address))));
        return 0;
    }
}
