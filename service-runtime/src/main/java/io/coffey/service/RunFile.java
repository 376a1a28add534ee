// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML file as flat settings, each with the line it stands on. */
final class RunFile {

    private static final int DEEPEST = 16;

    private final Path path;
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final Map<String, String> sectionOrigins = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private RunFile(Path path) {
        this.path = path;
    }

    /**
     * Reads a file.
     *
     * @throws UserException if there is no such file
     * @throws SettingsException if it is not YAML, or not a mapping
     */
    static RunFile read(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (IOException e) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    path + ": cannot be read: expected a run file, found " + reason(path, e),
                    e);
        }
        RunFile file = new RunFile(path);
        Node root = file.compose(text);
        if (root instanceof MappingNode mapping) {
            file.collect("", mapping, 1);
        } else if (root != null && !file.isNull(root)) {
            throw new SettingsException(
                    List.of(file.origin(root) + ": expected sections such as \"run:\", found " + found(root)));
        }
        return file;
    }

    /** Every value by its dotted path, in the file's order. */
    Map<String, Setting> settings() {
        return settings;
    }

    /** Every section the file has, with where it begins. */
    Map<String, String> sectionOrigins() {
        return sectionOrigins;
    }

    /** What is wrong with the file itself: duplicate keys, values that are no text. */
    List<String> problems() {
        return problems;
    }

    private @Nullable Node compose(String text) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            String where =
                    Optional.ofNullable(e.getProblemMark()).map(this::origin).orElse(path.toString());
            throw new SettingsException(List.of(where + ": not valid YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            throw new SettingsException(List.of(path + ": not valid YAML: " + e.getMessage()));
        }
    }

    private void collect(String prefix, MappingNode mapping, int depth) {
        Set<String> names = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            Node key = entry.getKeyNode();
            if (!(key instanceof ScalarNode name)) {
                problems.add(origin(key) + ": expected a name before the colon, found " + found(key));
                continue;
            }
            String full = prefix + name.getValue();
            if (!names.add(name.getValue())) {
                problems.add(origin(key) + ": " + full + ": given twice");
                continue;
            }
            collectValue(full, key, entry.getValueNode(), depth);
        }
    }

    private void collectValue(String key, Node keyNode, Node value, int depth) {
        if (depth > DEEPEST) {
            problems.add(origin(keyNode) + ": " + key + ": sections nest deeper than " + DEEPEST);
        } else if (value instanceof MappingNode section) {
            sectionOrigins.put(key, origin(keyNode));
            collect(key + ".", section, depth + 1);
        } else if (value instanceof SequenceNode list) {
            collectList(key, list);
        } else {
            String text = isNull(value) ? "" : ((ScalarNode) value).getValue();
            settings.put(key, new Setting(text, origin(keyNode)));
        }
    }

    private void collectList(String key, SequenceNode list) {
        List<String> texts = new ArrayList<>();
        for (Node element : list.getValue()) {
            if (!(element instanceof ScalarNode scalar)) {
                problems.add(origin(element) + ": " + key + ": expected a list of values, found " + found(element));
                return;
            }
            texts.add(scalar.getValue());
        }
        settings.put(key, new Setting(String.join(",", texts), origin(list)));
    }

    private boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private String origin(Node node) {
        return origin(node.getStartMark());
    }

    private String origin(Mark mark) {
        return path + ":" + (mark.getLine() + 1);
    }

    private static String found(Node node) {
        return node instanceof ScalarNode scalar
                ? "\"" + scalar.getValue() + "\""
                : node instanceof SequenceNode ? "a list" : "a section";
    }

    private static String reason(Path path, IOException e) {
        if (Files.isDirectory(path)) {
            return "a directory";
        }
        return Files.exists(path) ? String.valueOf(e.getMessage()) : "no such file";
    }
}
