// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The index of a model cut into shards: which file, beside the index, holds which tensor. */
final class ShardIndex {

    private ShardIndex() {}

    /** Reads {@code file}: tensor name -> name of the shard, sorted. */
    static Map<String, String> read(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > SafeTensorsHeader.LIMIT_BYTES) {
            throw new WeightsException(
                    "%s: expected at most %d bytes, found %d".formatted(file, SafeTensorsHeader.LIMIT_BYTES, bytes));
        }
        HeaderJson json = new HeaderJson(file.toString(), Files.readString(file));
        Map<String, String> shards = new TreeMap<>();
        json.document(() -> json.object("index", key -> {
            switch (key) {
                case "metadata" -> json.object("metadata", name -> json.scalar("metadata " + HeaderJson.quote(name)));
                case "weight_map" ->
                    json.object(
                            "weight_map",
                            name -> shards.put(name, shard(json, name, json.text(HeaderJson.quote(name)))));
                default ->
                    throw json.refused("expected metadata and weight_map, found %s".formatted(HeaderJson.quote(key)));
            }
        }));
        if (shards.isEmpty()) {
            throw json.refused("expected a weight_map with tensors, found none");
        }
        return shards;
    }

    private static String shard(HeaderJson json, String tensor, String shard) {
        if (!shard.matches("[A-Za-z0-9._-]{1,128}") || !shard.endsWith(".safetensors")) {
            throw json.refused("tensor %s: expected the name of a .safetensors file in the same directory, found %s"
                    .formatted(HeaderJson.quote(tensor), HeaderJson.quote(shard)));
        }
        return shard;
    }
}
