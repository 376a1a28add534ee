// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import io.coffey.cli.run.LocalRun;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.service.ExitCode;
import io.coffey.service.LoadedSettings;
import io.coffey.service.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The runs of a comparison in the order in which they are made: all files with the first seed, then all with the next,
 * so that a comparison that is stopped early has as many seeds of one file as of another.
 */
public final class Plan {

    private static final int MOST_FILES = 8;

    private final List<PlannedRun> runs;

    private Plan(List<PlannedRun> runs) {
        this.runs = List.copyOf(runs);
    }

    /**
     * Reads the files and opens what they name, so that one that cannot run is refused before the first run starts.
     *
     * @param seeds runs of each file; the first has the file's seed, each other one more than the one before
     * @param overrides settings that go over every file's
     * @throws UserException naming what is wrong
     */
    public static Plan of(List<Path> files, int seeds, Map<String, String> overrides, Map<String, String> environment) {
        if (files.size() > MOST_FILES) {
            throw refused("expected at most %d run files, found %d".formatted(MOST_FILES, files.size()));
        }
        Map<Path, LoadedSettings<LocalRunSettings>> read = new LinkedHashMap<>();
        for (Path file : files) {
            read.put(file, RunSettingsReader.read(file, overrides, environment));
        }
        requireDistinct(read);
        requireOneTask(read);
        read.forEach(Plan::requireRunnable);
        List<PlannedRun> runs = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            for (Map.Entry<Path, LoadedSettings<LocalRunSettings>> file : read.entrySet()) {
                long seed = file.getValue().values().run().seed() + i;
                Map<String, String> own = new LinkedHashMap<>(overrides);
                own.put("run.seed", Long.toString(seed));
                own.put(
                        "run.name",
                        "%s-seed%d".formatted(file.getValue().values().run().name(), seed));
                runs.add(new PlannedRun(label(file.getKey()), RunSettingsReader.read(file.getKey(), own, environment)));
            }
        }
        return new Plan(runs);
    }

    List<PlannedRun> runs() {
        return runs;
    }

    /** The label of a file: its name without its ending. */
    private static String label(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static void requireDistinct(Map<Path, LoadedSettings<LocalRunSettings>> read) {
        Set<String> labels = new HashSet<>();
        Set<String> names = new HashSet<>();
        read.forEach((file, loaded) -> {
            String name = loaded.values().run().name();
            if (!labels.add(label(file)) || !names.add(name)) {
                throw refused("%s: another file is called %s or has the run.name %s: each needs its own"
                        .formatted(file, label(file), name));
            }
        });
    }

    /** What two runs were not both asked cannot be compared. */
    private static void requireOneTask(Map<Path, LoadedSettings<LocalRunSettings>> read) {
        Map.Entry<Path, LoadedSettings<LocalRunSettings>> first =
                read.entrySet().iterator().next();
        Map<String, String> expected = task(first.getValue().values());
        read.forEach((file, loaded) -> task(loaded.values()).forEach((key, found) -> {
            if (!found.equals(expected.get(key))) {
                throw refused("%s: %s: expected %s as in %s, found %s: other tasks cannot be compared"
                        .formatted(file, key, expected.get(key), first.getKey(), found));
            }
        }));
    }

    private static Map<String, String> task(LocalRunSettings settings) {
        Map<String, String> task = new LinkedHashMap<>();
        task.put(
                "prompts.file",
                settings.prompts().file().toAbsolutePath().normalize().toString());
        task.put("prompts.heldOut", Double.toString(settings.prompts().heldOut()));
        task.put("evaluation.prompts", Integer.toString(settings.evaluation().prompts()));
        task.put("evaluation.verifier", settings.evaluation().verifier().orElse("none"));
        task.put("sampling.maxNewTokens", Integer.toString(settings.sampling().maxNewTokens()));
        return task;
    }

    private static void requireRunnable(Path file, LoadedSettings<LocalRunSettings> loaded) {
        try {
            LocalRun.requireRunnable(loaded.values());
        } catch (UserException e) {
            throw new UserException(e.exitCode(), file + ": " + e.getMessage(), e);
        }
    }

    private static UserException refused(String message) {
        return new UserException(ExitCode.CONFIGURATION, message);
    }
}
