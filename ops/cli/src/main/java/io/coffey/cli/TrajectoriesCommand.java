// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.coffey.cli.audit.FoundRecord;
import io.coffey.cli.audit.LedgerLines;
import io.coffey.cli.audit.TopicRecords;
import io.coffey.cli.report.Console;
import io.coffey.cli.run.RecordSettings;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.trajectories.RewardColours;
import io.coffey.cli.trajectories.TrajectoryView;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.UndecodableRecordException;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.trainer.Coordinate;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a run sampled and how its teacher found it. */
@Command(
        name = "trajectories",
        header = "What a run sampled, as text, every token coloured by its reward.",
        description = {
            "The reward of a token is the teacher's log-probability less the student's when it was sampled, in nats: red"
                    + " where the teacher finds it less likely, green where more. Colours appear on a terminal; NO_COLOR"
                    + " switches them off.",
            "Without a choice: the last 5 that were scored."
        },
        sortOptions = false)
final class TrajectoriesCommand implements Runnable {

    private static final int DEFAULT_LAST = 5;
    private static final Gson JSON = new GsonBuilder().serializeNulls().create();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @ArgGroup(exclusive = true)
    private @Nullable Choice choice;

    /** Which trajectories. */
    static final class Choice {

        @Option(names = "--step", paramLabel = "N", description = "Those that optimiser step N trained, in its order.")
        private @Nullable Long step;

        @Option(names = "--prompt", paramLabel = "ID", description = "Those of a prompt; reads the whole topic.")
        private @Nullable String prompt;

        @Option(names = "--last", paramLabel = "N", description = "The last N that were scored.")
        private @Nullable Integer last;
    }

    @Option(
            names = "--max",
            paramLabel = "K",
            defaultValue = "20",
            description = "Show at most K (default: ${DEFAULT-VALUE}).")
    private int max;

    @Option(
            names = "--json",
            description = "A JSON object a line: text, tokens, log-probabilities, rewards, entropies.")
    private boolean json;

    @Override
    public void run() {
        require("--max", max);
        RecordSettings settings = RecordSettings.of(options.file(), options.overrides());
        PrintWriter out = spec.commandLine().getOut();
        boolean colours = !json && Console.of(out, System.getenv()).terminal();
        try (Tokenizer tokenizer = Tokenizer.load(settings.student().model());
                RunConnection connection = RunConnection.open(
                        settings.run(), settings.kafka(), settings.trainer().reads())) {
            RunLog source = RunLog.of(settings.source(), connection.clients());
            source.requireLedger();
            List<FoundRecord> records = records(settings, source, connection);
            if (colours && !records.isEmpty()) {
                out.println(RewardColours.legend());
            }
            for (FoundRecord record : records) {
                show(record, source, tokenizer, colours, out);
            }
        } catch (IOException e) {
            throw new UserException(ExitCode.DATA, "cannot read the run's folder: " + e.getMessage(), e);
        }
        out.flush();
    }

    private List<FoundRecord> records(RecordSettings settings, RunLog source, RunConnection connection) {
        try (TopicRecords records = TopicRecords.scored(source, settings.run().name() + ".trajectories")) {
            if (choice != null && choice.step != null) {
                RunLog log = RunLog.of(settings.run().name(), connection.clients());
                log.requireLedger();
                List<Coordinate> places = LedgerLines.read(log).of(choice.step).step().trained().stream()
                        .map(trained -> new Coordinate(trained.partition(), trained.offset()))
                        .limit(max)
                        .toList();
                Map<Coordinate, FoundRecord> found = records.at(places);
                return places.stream()
                        .map(place -> Objects.requireNonNull(found.get(place)))
                        .toList();
            } else if (choice != null && choice.prompt != null) {
                return records.ofPrompt(choice.prompt, max);
            }
            int last = choice == null || choice.last == null ? DEFAULT_LAST : choice.last;
            require("--last", last);
            return records.last(Math.min(last, max));
        }
    }

    private static void require(String option, int value) {
        if (value < 1) {
            throw new UserException(ExitCode.CONFIGURATION, option + ": expected 1 or more, found " + value);
        }
    }

    private void show(FoundRecord record, RunLog source, Tokenizer tokenizer, boolean colours, PrintWriter out) {
        byte[] value = record.value();
        if (value == null) {
            say(record, String.valueOf(record.trouble()), out);
            return;
        }
        ScoredTrajectory scored;
        try {
            scored = source.codecs().scoredTrajectories().decode(value);
        } catch (UndecodableRecordException e) {
            say(record, String.valueOf(e.getMessage()), out);
            return;
        }
        if (!scored.trajectory().tokenizerFingerprint().equals(tokenizer.fingerprint())) {
            throw new UserException(
                    ExitCode.DATA,
                    "student.model: expected the tokenizer of the trajectories (fingerprint %.12s), found another (%.12s)"
                            .formatted(scored.trajectory().tokenizerFingerprint(), tokenizer.fingerprint()));
        }
        TrajectoryView view = new TrajectoryView(record.coordinate(), scored, tokenizer);
        if (json) {
            out.println(JSON.toJson(view.json()));
        } else {
            view.text(colours).forEach(out::println);
        }
    }

    private void say(FoundRecord record, String trouble, PrintWriter out) {
        Coordinate place = record.coordinate();
        if (json) {
            out.println(
                    JSON.toJson(Map.of("partition", place.partition(), "offset", place.offset(), "failure", trouble)));
        } else {
            out.printf("record at %d@%d cannot be shown: %s%n", place.partition(), place.offset(), trouble);
        }
    }
}
