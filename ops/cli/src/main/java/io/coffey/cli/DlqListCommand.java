// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import io.coffey.cli.dlq.DeadLetter;
import io.coffey.cli.dlq.DeadLetterLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which dead letters there are. */
@Command(
        name = "list",
        header = "Count the dead letters that nobody dealt with, by topic and cause, or name each.",
        sortOptions = false)
final class DlqListCommand implements Callable<Integer> {

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(names = "--each", description = "A line for each letter: how to name it, where it is from, why.")
    private boolean each;

    @Option(names = "--all", description = "Those that were dealt with, too.")
    private boolean all;

    @Option(names = "--json", description = "One JSON array with an object for each letter.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        RunStream.of(options, log -> {
            List<DeadLetter> letters = new DeadLetterLog(log.clients(), log.topics())
                    .letters().stream()
                            .filter(letter -> all || letter.resolution().isEmpty())
                            .toList();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JSON.toJson(array(letters)));
            } else if (letters.isEmpty()) {
                out.println("no dead letters");
            } else if (each || all) {
                letters.forEach(letter -> out.println(line(letter)));
            } else {
                counts(letters).forEach((what, count) -> out.printf("%8d  %s%n", count, what));
            }
        });
        return 0;
    }

    private static Map<String, Long> counts(List<DeadLetter> letters) {
        return letters.stream()
                .collect(Collectors.groupingBy(
                        letter -> letter.address().source() + ": " + letter.cause(),
                        TreeMap::new,
                        Collectors.counting()));
    }

    private static String line(DeadLetter letter) {
        return "%-28s from %s-%d at %d: %s%s"
                .formatted(
                        letter.address(),
                        letter.topic(),
                        letter.partition(),
                        letter.offset(),
                        letter.cause(),
                        letter.resolution().map(" (%s)"::formatted).orElse(""));
    }

    private static JsonArray array(List<DeadLetter> letters) {
        JsonArray array = new JsonArray();
        letters.forEach(letter -> array.add(letter.json()));
        return array;
    }
}
