// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static io.coffey.stream.BitByBit.assertBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.coffey.distillation.trajectory.Evaluation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEvolutionTest {

    private static final Codecs CODECS = new Codecs(new SchemaHistory());

    private record Golden(RecordCodec<?> codec, Object value) {}

    /** The values of release v1, by the name of their file; a later release adds what it added. */
    private static final Map<String, Golden> V1 = new TreeMap<>(Map.ofEntries(
            Map.entry("prompt", new Golden(CODECS.prompts(), Values.fullPrompt())),
            Map.entry("prompt-bare", new Golden(CODECS.prompts(), Values.barePrompt())),
            Map.entry("rollout-request", new Golden(CODECS.rolloutRequests(), Values.fullRequest())),
            Map.entry("trajectory", new Golden(CODECS.trajectories(), Values.fullTrajectory())),
            Map.entry("trajectory-bare", new Golden(CODECS.trajectories(), Values.bareTrajectory())),
            Map.entry("trajectory-failed", new Golden(CODECS.trajectories(), Values.failedTrajectory())),
            Map.entry("scored-trajectory", new Golden(CODECS.scoredTrajectories(), Values.fullScored())),
            Map.entry("scored-trajectory-failed", new Golden(CODECS.scoredTrajectories(), Values.failedScored())),
            Map.entry("training-step", new Golden(CODECS.trainingSteps(), Values.fullStep())),
            Map.entry("policy-version", new Golden(CODECS.policyVersions(), Values.fullVersion())),
            Map.entry("weights-chunk", new Golden(CODECS.weightsChunks(), Values.chunk())),
            Map.entry("half-of-a-pair", new Golden(CODECS.scoredTrajectories(), Values.pairScored())),
            Map.entry("evaluation", new Golden(CODECS.evaluations(), Values.evaluation()))));

    static List<Arguments> goldenRecords() {
        return V1.entrySet().stream()
                .<Arguments>map(entry -> argumentSet(entry.getKey(), entry.getKey(), entry.getValue()))
                .toList();
    }

    @Test
    void readsWhatEveryReleaseWrote() {
        List<String> problems = new ArrayList<>();
        for (Path release : SchemaHistory.releases()) {
            problems.addAll(problems(BundledSchemas.all(), SchemaHistory.schemas(release)));
        }

        assertThat(problems).isEmpty();
        assertThat(SchemaHistory.schemas(SchemaHistory.DIRECTORY.resolve("v1"))).hasSize(8);
    }

    @Test
    void wouldNoticeAFieldThatOldRecordsLack() {
        Schema old = parse("\"a\", \"type\": \"int\"");
        Schema withDefault = parse("\"a\", \"type\": \"int\"}, {\"name\": \"b\", \"type\": \"int\", \"default\": 1");
        Schema without = parse("\"a\", \"type\": \"int\"}, {\"name\": \"b\", \"type\": \"int\"");

        assertThat(problems(List.of(withDefault), List.of(old))).isEmpty();
        assertThat(problems(List.of(without), List.of(old))).hasSize(1);
        assertThat(problems(List.of(), List.of(old))).containsExactly("R is gone");
    }

    @ParameterizedTest
    @MethodSource("goldenRecords")
    void decodesForEverWhatReleaseOneWrote(String name, Golden golden) {
        byte[] bytes = SchemaHistory.record(SchemaHistory.DIRECTORY.resolve("v1"), name);

        assertBits(golden.codec().decode(bytes)).isEqualTo(golden.value());
    }

    @Test
    void readsARecordOfANewerWriterBySchemaFromTheSource() {
        Schema current = BundledSchemas.all().get(7);
        assertThat(current.getName()).isEqualTo("EvaluationRecord");
        Schema newer = new Schema.Parser()
                .parse(current.toString()
                        .replace("\"fields\":[", "\"fields\":[{\"name\":\"note\",\"type\":\"string\"},"));
        long fingerprint = SchemaFingerprint.of(newer);
        byte[] body = CODECS.evaluations().encode(Values.evaluation());
        ByteBuffer bytes = ByteBuffer.allocate(body.length + 3).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0xC3, 1})
                .putLong(fingerprint)
                .put(new byte[] {4, 'h', 'i'})
                .put(body, 10, body.length - 10);

        Codecs codecs = new Codecs(asked -> asked.equals(SchemaFingerprint.hex(fingerprint))
                ? Optional.of(SchemaNormalization.toParsingForm(newer))
                : Optional.empty());
        Evaluation decoded = codecs.evaluations().decode(bytes.array());

        assertBits(decoded).isEqualTo(Values.evaluation());
    }

    /** Records a release: {@code -Dtest=SchemaEvolutionTest -Dcoffey.schema-release=v2}. */
    @Test
    @EnabledIfSystemProperty(named = "coffey.schema-release", matches = "v\\d+")
    void addsARelease() throws IOException {
        Map<String, byte[]> records = new TreeMap<>();
        V1.forEach((name, golden) -> records.put(name, encode(golden.codec(), golden.value())));

        SchemaHistory.add(SchemaHistory.DIRECTORY.resolve(System.getProperty("coffey.schema-release")), records);
    }

    @SuppressWarnings("unchecked")
    private static <T> byte[] encode(RecordCodec<T> codec, Object value) {
        return codec.encode((T) value);
    }

    private static List<String> problems(List<Schema> readers, List<Schema> writers) {
        Map<String, Schema> byName = new TreeMap<>();
        readers.forEach(reader -> byName.put(reader.getFullName(), reader));
        List<String> problems = new ArrayList<>();
        for (Schema writer : writers) {
            Schema reader = byName.get(writer.getFullName());
            if (reader == null) {
                problems.add(writer.getFullName() + " is gone");
                continue;
            }
            var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
            if (result.getType() != SchemaCompatibilityType.COMPATIBLE) {
                problems.add(writer.getFullName() + ": " + result.getDescription());
            }
        }
        return problems;
    }

    private static Schema parse(String fields) {
        return new Schema.Parser()
                .parse("{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": " + fields + "}]}");
    }
}
