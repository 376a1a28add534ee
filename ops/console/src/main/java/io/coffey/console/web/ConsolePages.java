// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.web;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.coffey.console.ConsoleRun;
import io.coffey.console.RoleStates;
import io.coffey.console.RunRecords;
import io.coffey.console.telemetry.Bucket;
import io.coffey.console.telemetry.Curves;
import io.coffey.service.HttpPages.Page;
import io.coffey.service.HttpPages.Request;
import io.coffey.service.HttpPages.Source;
import io.coffey.service.UserException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Answers the page. The records it shows were written by whoever may write to the topics, so the page treats every text
 * as text, and the browser is told to run no script but the page's own.
 */
public final class ConsolePages implements Source {

    private static final String JSON_TYPE = "application/json; charset=utf-8";
    private static final Gson JSON = new GsonBuilder().serializeNulls().create();
    private static final int MOST_ROWS = 200;
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private final ConsoleRun run;
    private final Curves curves;
    private final RunRecords records;
    private final Predicate<String> knownHost;
    private final LoopAnswer loop;
    private final PageFiles files = new PageFiles();
    private final Map<String, Function<Request, JsonElement>> answers;
    private @Nullable JsonObject opening;

    /**
     * Pages of a run.
     *
     * @param knownHost whether a client may call this server so, the port included
     */
    public ConsolePages(ConsoleRun run, Curves curves, RunRecords records, Predicate<String> knownHost) {
        this.run = run;
        this.curves = curves;
        this.records = records;
        this.knownHost = knownHost;
        this.loop = new LoopAnswer(run.samplesPerPrompt(), System::nanoTime);
        this.answers = Map.of(
                "/api/run", request -> runAnswer(),
                "/api/loop", request -> loopAnswer(),
                "/api/curves", this::curvesAnswer,
                "/api/steps", this::stepsAnswer,
                "/api/step", this::stepAnswer,
                "/api/trajectories", this::trajectoriesAnswer,
                "/api/trajectory", this::trajectoryAnswer,
                "/api/dead-letters", request -> records.deadLetters(rows(request, MOST_ROWS)));
    }

    @Override
    public Page page(Request request) throws IOException {
        return answer(request).with(HEADERS);
    }

    private Page answer(Request request) throws IOException {
        if (!knownHost.test(request.host())) {
            return problem(
                    403,
                    "this console answers to the address it was opened with, not to \"%s\"".formatted(request.host()));
        }
        Function<Request, JsonElement> answer = answers.get(request.path());
        if (answer == null) {
            Optional<Page> file = files.find(request.path());
            return file.isPresent() ? file.get() : problem(404, "there is no " + request.path());
        }
        try {
            return Page.text(200, JSON_TYPE, JSON.toJson(answer.apply(request)));
        } catch (BadRequestException e) {
            return problem(400, String.valueOf(e.getMessage()));
        } catch (UserException | KafkaException e) {
            return problem(503, String.valueOf(e.getMessage()));
        }
    }

    private static Page problem(int status, String text) {
        JsonObject problem = new JsonObject();
        problem.addProperty("problem", text);
        return Page.text(status, JSON_TYPE, JSON.toJson(problem));
    }

    private JsonObject runAnswer() {
        JsonObject object = new JsonObject();
        object.addProperty("run", run.name());
        object.addProperty("source", run.source());
        object.addProperty("broker", run.broker());
        object.addProperty("file", run.file());
        object.addProperty("version", run.version());
        object.addProperty("caughtUp", curves.caughtUp());
        object.addProperty("problem", curves.problem().orElse(null));
        if (!curves.steps().isEmpty()) {
            object.add("opening", opening());
        }
        return object;
    }

    /** It never changes. */
    private synchronized JsonObject opening() {
        if (opening == null) {
            opening = records.opening();
        }
        return opening;
    }

    private JsonObject loopAnswer() {
        Optional<RoleStates> roles = records.roles();
        if (roles.isEmpty()) {
            JsonObject none = new JsonObject();
            none.addProperty("problem", "broker %s has no topics of run %s yet".formatted(run.broker(), run.name()));
            return none;
        }
        synchronized (loop) {
            return loop.json(curves.steps(), roles.get());
        }
    }

    private JsonObject curvesAnswer(Request request) {
        Set<String> wanted = Set.of(text(request, "metrics").split(",", -1));
        JsonObject object = new JsonObject();
        object.add("steps", CurvesAnswer.json(curves.steps(), wanted));
        object.add("evaluations", CurvesAnswer.json(curves.evaluations(), wanted));
        return object;
    }

    private JsonObject stepsAnswer(Request request) {
        long newest = newestStep();
        int count = rows(request, 25);
        long last = request.query().containsKey("to") ? Math.min(newest, number(request, "to")) : newest;
        long first = Math.max(1, last - count + 1);
        JsonObject object = new JsonObject();
        object.addProperty("newest", newest);
        object.add("steps", records.steps(first, last, near(first)));
        return object;
    }

    private JsonObject stepAnswer(Request request) {
        long step = number(request, "step");
        long newest = newestStep();
        if (step > newest) {
            throw new BadRequestException("step %d: the newest is %d".formatted(step, newest));
        }
        JsonObject object = records.step(step, near(Math.max(0, step - 1)));
        object.addProperty("newest", newest);
        return object;
    }

    private long newestStep() {
        List<Bucket> steps = curves.steps();
        return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).lastStep();
    }

    /** Where in the ledger to begin to look for a step. */
    private long near(long step) {
        return curves.steps().stream()
                .filter(bucket -> bucket.firstStep() <= step)
                .max(Comparator.comparingLong(Bucket::firstStep))
                .map(Bucket::firstOffset)
                .orElse(0L);
    }

    private JsonElement trajectoriesAnswer(Request request) {
        int count = rows(request, 20);
        return request.query().containsKey("prompt")
                ? records.ofPrompt(text(request, "prompt"), count)
                : records.newest(count);
    }

    private JsonObject trajectoryAnswer(Request request) {
        return records.trajectory((int) number(request, "partition"), number(request, "offset"));
    }

    private static int rows(Request request, int usual) {
        long count = request.query().containsKey("count") ? number(request, "count") : usual;
        return (int) Math.max(1, Math.min(MOST_ROWS, count));
    }

    private static String text(Request request, String name) {
        String text = request.query().get(name);
        if (text == null) {
            throw new BadRequestException("%s: missing".formatted(name));
        }
        return text;
    }

    private static long number(Request request, String name) {
        String text = text(request, name);
        if (!text.matches("[0-9]{1,18}")) {
            throw new BadRequestException("%s: expected a number of 0 or more, found \"%s\"".formatted(name, text));
        }
        return Long.parseLong(text);
    }

    /** Asked for in a way that has no answer. */
    private static final class BadRequestException extends RuntimeException {

        BadRequestException(String message) {
            super(message);
        }
    }
}
