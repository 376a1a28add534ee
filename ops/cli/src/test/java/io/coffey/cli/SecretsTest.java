// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret in the run file is printed by no command, whether the file is good or bad. */
class SecretsTest {

    private static final String CANARY = "canary-hunter2";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"config explain", "doctor", "status", "topics show", "topics apply", "load", "dlq list"})
    void staysOutOfWhatCommandsPrint(String command) throws Exception {
        assertThat(printed(command, """
                    security.protocol: SASL_SSL
                    sasl.mechanism: SCRAM-SHA-512
                    sasl.jaas.config: 'ScramLoginModule required username="u" password="%1$s";'
                    ssl.truststore.password: %1$s
                    ssl.keystore.key: %1$s
                    sasl.oauthbearer.client.credentials.client.secret: %1$s
                """.formatted(CANARY))).doesNotContain(CANARY);
    }

    /** The broker that is asked for takes its time not to be there. */
    @Test
    void staysOutOfWhatIsSaidOfABrokerThatDoesNotAnswer() throws Exception {
        String login =
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"%s\";"
                        .formatted(CANARY);

        assertThat(printed("doctor", """
                    security.protocol: SASL_SSL
                    sasl.mechanism: SCRAM-SHA-512
                    sasl.jaas.config: '%s'
                """.formatted(login)))
                .contains("no Kafka broker answers")
                .doesNotContain(CANARY);
    }

    @Test
    void staysOutOfWhatIsSaidOfAMisplacedOne() throws Exception {
        assertThat(printed("config explain", CANARY + "\n")).doesNotContain(CANARY);
        String file = directory.resolve("run.yaml").toString();
        assertThat(Answer.to("config", "explain", file, "--set", "kafka.properties.ssl.key.password " + CANARY)
                        .err())
                .contains("expected key=value")
                .doesNotContain(CANARY);
    }

    /** Everything that a command says of a run file with these properties, with stack traces. */
    private String printed(String command, String properties) throws Exception {
        boolean map = properties.startsWith(" ");
        Path file = Files.writeString(directory.resolve("run.yaml"), """
                run: {name: x, directory: %s}
                prompts: {file: nowhere.jsonl}
                student: {model: nowhere}
                teacher: {model: nowhere}
                objective: {type: divergence, topK: 17}
                trainer: {steps: 20}
                kafka:
                  local: false
                  bootstrapServers: "127.0.0.1:1"
                  properties: %s
                """.formatted(
                        directory.resolve("runs"), map ? "\n" + properties.indent(4) : properties));
        List<String> words = new ArrayList<>(List.of("--debug"));
        words.addAll(List.of(command.split(" ")));
        words.add(file.toString());
        Answer answer = Answer.to(words.toArray(String[]::new));
        assertThat(answer.out() + answer.err()).isNotBlank();
        return answer.out() + answer.err();
    }
}
