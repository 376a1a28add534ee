// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.coffey.cli.run.ExplainedSetting;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.service.SettingsLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Every setting, and where its value comes from. */
@Command(
        name = "explain",
        header = "Every setting: its value, where that comes from, what may be there, the default.",
        description = {
            "A value comes from --set, else from the environment, else from the file, else it is the default. Passwords and"
                    + " other secrets are masked. What the settings name need not be there.",
            "Without a file: every key with its default. docs/settings.md says what each decides."
        },
        sortOptions = false)
final class ConfigExplainCommand implements Runnable {

    private static final Gson JSON = new GsonBuilder().serializeNulls().create();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The run file, in YAML.")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one key over the file and the environment.")
    private final List<String> overrides = new ArrayList<>();

    @Option(names = "--json", description = "A JSON object a line.")
    private boolean json;

    @Override
    public void run() {
        List<ExplainedSetting> settings = file == null
                ? ExplainedSetting.all()
                : ExplainedSetting.of(
                        RunSettingsReader.readValues(file, SettingsLoader.overrides(overrides), System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        for (ExplainedSetting setting : settings) {
            out.println(json ? JSON.toJson(object(setting)) : line(setting));
        }
        out.flush();
    }

    private static String line(ExplainedSetting setting) {
        String fallback = setting.required()
                ? "required"
                : setting.defaultValue().map(value -> "default " + value).orElse("no default");
        return "%-36s %-24s %-28s (%s; %s)"
                .formatted(setting.key(), setting.value().orElse("-"), setting.source(), setting.expected(), fallback);
    }

    private static JsonObject object(ExplainedSetting setting) {
        JsonObject object = new JsonObject();
        object.addProperty("key", setting.key());
        object.addProperty("value", setting.value().orElse(null));
        object.addProperty("source", setting.source());
        object.addProperty("expected", setting.expected());
        object.addProperty("default", setting.defaultValue().orElse(null));
        object.addProperty("required", setting.required());
        return object;
    }
}
