// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.WeightsChunk;
import io.coffey.stream.WeightsAssembler;
import io.coffey.stream.WeightsUnavailableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Announcements and chunks as a reader is shown them, in whatever order the partitions come. A version is assembled as
 * soon as all of it has been shown, and its bytes are let go of then. Not thread-safe.
 */
public final class PublishedWeights {

    private final long begin;
    private final Set<Long> deleted = new HashSet<>();
    private final Map<Long, PolicyVersion> announced = new TreeMap<>();
    private final Map<Long, Map<Integer, WeightsChunk>> chunks = new TreeMap<>();
    private final Set<Long> assembled = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable PolicyVersion newest;

    /** @param begin first offset of the weights topic when reading began: versions before it are passed over */
    public PublishedWeights(long begin) {
        this.begin = begin;
    }

    /** Takes an announcement. */
    public void add(PolicyVersion version) {
        if (version.firstOffset() < begin) {
            deleted.add(version.version());
            chunks.remove(version.version());
            return;
        }
        if (assembled.contains(version.version()) || announced.putIfAbsent(version.version(), version) != null) {
            problems.add("version %d was announced a second time".formatted(version.version()));
            return;
        }
        assemble(version.version());
    }

    /** Takes a chunk. */
    public void add(WeightsChunk chunk) {
        if (deleted.contains(chunk.version())) {
            return;
        }
        boolean known = assembled.contains(chunk.version())
                || chunks.computeIfAbsent(chunk.version(), version -> new TreeMap<>())
                                .putIfAbsent(chunk.index(), chunk)
                        != null;
        if (known) {
            problems.add("chunk %d of version %d was shown a second time".formatted(chunk.index(), chunk.version()));
            return;
        }
        assemble(chunk.version());
    }

    private void assemble(long number) {
        PolicyVersion version = announced.get(number);
        Map<Integer, WeightsChunk> pieces = chunks.getOrDefault(number, Map.of());
        if (version == null || pieces.size() < version.chunks()) {
            return;
        }
        try {
            WeightsAssembler assembler = new WeightsAssembler(version);
            pieces.values().forEach(assembler::add);
            if (assembler.complete()) {
                assembler.weights();
            } else {
                problems.add(
                        "version %d lacks %d of %d chunks".formatted(number, assembler.missing(), version.chunks()));
            }
        } catch (WeightsUnavailableException e) {
            problems.add(Objects.requireNonNull(e.getMessage()));
        }
        announced.remove(number);
        chunks.remove(number);
        assembled.add(number);
        if (newest == null || newest.version() < number) {
            newest = version;
        }
    }

    /** The newest version that was shown whole; null before the first. */
    public @Nullable PolicyVersion newest() {
        return newest;
    }

    /** The number of versions that were shown whole. */
    public int count() {
        return assembled.size();
    }

    /** What was wrong, and what is missing now. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        announced.forEach((number, version) -> all.add("version %d was announced with %d chunks, of which %d were shown"
                .formatted(
                        number,
                        version.chunks(),
                        chunks.getOrDefault(number, Map.of()).size())));
        chunks.forEach((number, pieces) -> {
            if (!announced.containsKey(number)) {
                all.add("%d chunks of version %d were shown, but no announcement".formatted(pieces.size(), number));
            }
        });
        return all;
    }
}
