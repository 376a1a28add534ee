// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.access.AccessTable;
import io.coffey.cli.access.Role;
import io.coffey.cli.access.RunAccess;
import io.coffey.cli.access.StrimziResources;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.Topics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The least access that a run's roles need. */
@Command(
        name = "access",
        header = "The least that each role of a run has to be granted on its cluster.",
        description = {
            "As a table, as calls of Kafka's kafka-acls.sh, or as resources of Strimzi, topics included. The user of a role is"
                    + " named RUN-ROLE.",
            "Asks no broker: coffey doctor says what is granted."
        },
        sortOptions = false)
final class AccessCommand implements Runnable {

    /** In which form. */
    private enum Form {
        TABLE,
        COMMANDS,
        STRIMZI_USERS,
        STRIMZI_TOPICS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(
            names = "--as",
            paramLabel = "FORM",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "Only this role: ${COMPLETION-CANDIDATES}. Repeatable; all where none is named.")
    private final List<Role> roles = new ArrayList<>();

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "coffey",
            description = "Strimzi's Kafka resource (default: ${DEFAULT-VALUE}).")
    private String cluster = "coffey";

    @Option(
            names = "--authentication",
            paramLabel = "TYPE",
            defaultValue = "scram-sha-512",
            description = "Of Strimzi's users, scram-sha-512 or tls (default: ${DEFAULT-VALUE}).")
    private String authentication = "scram-sha-512";

    @Override
    public void run() {
        LocalRunSettings settings = RunSettingsReader.readValues(options.file(), options.overrides(), System.getenv())
                .values();
        RunAccess access = RunAccess.of(settings);
        Set<Role> asked = roles.isEmpty() ? EnumSet.allOf(Role.class) : EnumSet.copyOf(roles);
        PrintWriter out = spec.commandLine().getOut();
        List<String> lines = switch (form) {
            case TABLE -> AccessTable.markdown(access, asked);
            case COMMANDS -> AccessTable.commands(access, asked);
            case STRIMZI_USERS -> StrimziResources.users(cluster, authentication, access, asked);
            case STRIMZI_TOPICS ->
                StrimziResources.topics(
                        cluster,
                        TopicCatalogue.of(
                                new Topics(access.run()),
                                TopicSettings.of(
                                        settings.topics().partitions(),
                                        settings.topics().replication())));
        };
        lines.forEach(out::println);
        out.flush();
    }
}
