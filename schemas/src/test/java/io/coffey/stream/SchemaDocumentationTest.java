// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchemaDocumentationTest {

    @Test
    void documentsEveryRecordAndEveryField() {
        List<String> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Schema schema : BundledSchemas.all()) {
            walk(schema, seen, problems);
        }
        walk(BundledSchemas.archivedRecord(), seen, problems);

        assertThat(problems).isEmpty();
        assertThat(seen).hasSize(27);
    }

    @Test
    void wouldNoticeWhatIsMissing() {
        Schema schema = new Schema.Parser()
                .parse(
                        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"doc\":\" \"},"
                                + "{\"name\":\"b\",\"type\":[\"null\",\"int\"],\"doc\":\"A number.\"}]}");
        List<String> problems = new ArrayList<>();

        walk(schema, new HashSet<>(), problems);

        assertThat(problems)
                .containsExactly(
                        "R has no doc",
                        "R.a has no doc",
                        "R.b may be absent but its doc does not say what absence means",
                        "R.b may be absent but has no default of null");
    }

    private static void walk(Schema schema, Set<String> seen, List<String> problems) {
        switch (schema.getType()) {
            case RECORD -> walkRecord(schema, seen, problems);
            case ENUM -> {
                seen.add(schema.getName());
                requireDoc(schema.getName(), schema.getDoc(), problems);
            }
            case UNION -> schema.getTypes().forEach(branch -> walk(branch, seen, problems));
            case ARRAY -> walk(schema.getElementType(), seen, problems);
            case MAP -> walk(schema.getValueType(), seen, problems);
            default -> {}
        }
    }

    private static void walkRecord(Schema schema, Set<String> seen, List<String> problems) {
        if (!seen.add(schema.getName())) {
            return;
        }
        requireDoc(schema.getName(), schema.getDoc(), problems);
        for (Schema.Field field : schema.getFields()) {
            String name = schema.getName() + "." + field.name();
            requireDoc(name, field.doc(), problems);
            if (field.schema().isNullable()) {
                require(
                        field.doc() != null && field.doc().contains("Absent"),
                        name + " may be absent but its doc does not say what absence means",
                        problems);
                require(field.hasDefaultValue(), name + " may be absent but has no default of null", problems);
            }
            walk(field.schema(), seen, problems);
        }
    }

    private static void requireDoc(String name, @Nullable String doc, List<String> problems) {
        require(doc != null && !doc.isBlank(), name + " has no doc", problems);
    }

    private static void require(boolean condition, String problem, List<String> problems) {
        if (!condition) {
            problems.add(problem);
        }
    }
}
