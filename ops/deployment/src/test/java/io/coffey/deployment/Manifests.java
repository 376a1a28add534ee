// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** YAML files and texts as JSON objects. */
final class Manifests {

    static final Path OPS = Path.of(System.getProperty("coffey.root"), "ops");

    private static final Gson GSON = new Gson();

    private Manifests() {}

    /** The documents of a text that are not empty. */
    static List<JsonObject> of(String text) {
        List<JsonObject> documents = new ArrayList<>();
        for (Object document : new Yaml().loadAll(text)) {
            if (document != null) {
                documents.add(GSON.toJsonTree(document).getAsJsonObject());
            }
        }
        return documents;
    }

    static List<JsonObject> of(Path file) {
        return of(text(file));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One YAML file over another: maps are merged, all else is replaced. */
    static String merged(Path below, Path above) {
        return new Yaml().dump(merged(map(new Yaml().load(text(below))), map(new Yaml().load(text(above)))));
    }

    private static Map<String, Object> merged(Map<String, Object> below, Map<String, Object> above) {
        Map<String, Object> all = new LinkedHashMap<>(below);
        above.forEach((key, value) -> all.merge(
                key,
                value,
                (under, over) -> under instanceof Map && over instanceof Map ? merged(map(under), map(over)) : over));
        return all;
    }

    @SuppressWarnings("unchecked") // YAML's own maps have texts as keys
    private static Map<String, Object> map(Object yaml) {
        return (Map<String, Object>) yaml;
    }
}
