// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.coffey.cli.audit.LedgerLines;
import io.coffey.cli.audit.StepAudit;
import io.coffey.cli.audit.TopicRecords;
import io.coffey.cli.run.RecordSettings;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.service.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What trained a step. */
@Command(
        name = "audit",
        header = "What trained a step: the ledger's line, and every record it names, held to its checksum.",
        description = {
            "Shows the line (settings hash, digests, versions, metrics, controllers) and of each record that the step trained"
                    + " or dropped: prompt, policy version, teacher and revision, partition and offset.",
            "Exit code 4 where a trained record is gone or is not what was trained, or where the line does not continue"
                    + " the one before."
        },
        sortOptions = false)
final class AuditCommand implements Callable<Integer> {

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().serializeNulls().create();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Parameters(index = "1", paramLabel = "STEP", description = "Optimiser step; 0 is the line that opened the run.")
    private long step;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        RecordSettings settings = RecordSettings.of(options.file(), options.overrides());
        StepAudit audit;
        try (RunConnection connection = RunConnection.open(
                settings.run(), settings.kafka(), settings.trainer().reads())) {
            RunLog log = RunLog.of(settings.run().name(), connection.clients());
            RunLog source = RunLog.of(settings.source(), connection.clients());
            log.requireLedger();
            source.requireLedger();
            try (TopicRecords records = TopicRecords.scored(source, log.topics().prefix() + ".audit")) {
                audit = StepAudit.of(
                        LedgerLines.read(log), step, records, source.codecs().scoredTrajectories());
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JSON.toJson(audit.json()));
        } else {
            audit.text().forEach(out::println);
        }
        out.flush();
        List<String> problems = audit.problems();
        return problems.isEmpty() ? ExitCode.OK : ExitCode.DATA;
    }
}
