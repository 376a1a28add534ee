// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.dlq.LetterAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of commands that deal with dead letters. */
final class LetterOptions {

    @Mixin
    private final RunFileOptions run = new RunFileOptions();

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "LETTER",
            description = "TOPIC:PARTITION@OFFSET, as list --each names it. All of them are dealt with or none.")
    private final List<String> letters = new ArrayList<>();

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, kept with the letter.")
    private @Nullable String note;

    RunFileOptions run() {
        return run;
    }

    List<LetterAddress> addresses() {
        return letters.stream().map(LetterAddress::parse).toList();
    }

    Optional<String> note() {
        return Optional.ofNullable(note);
    }
}
