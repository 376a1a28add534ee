// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.web;

import io.coffey.service.HttpPages.Page;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** The files of the page, from the class path: its own, and the charts' library out of its jar. */
final class PageFiles {

    private static final String OWN = "/io/coffey/console/page/";
    private static final String CHARTS = "/echarts.js";
    private static final String CHARTS_JAR = "/META-INF/maven/org.mvnpm/echarts/pom.properties";
    private static final String CHARTS_FILE = "/META-INF/resources/_static/echarts/%s/dist/echarts.esm.min.js";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, Page> read = new ConcurrentHashMap<>();

    /** The file of a path, if there is one: {@code /} is the page. */
    Optional<Page> find(String path) throws IOException {
        Page known = read.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        String name = path.equals("/") ? "/index.html" : path;
        if (!name.matches("/[a-z-]+\\.(html|css|js|svg)")) {
            return Optional.empty();
        }
        try (InputStream file =
                PageFiles.class.getResourceAsStream(name.equals(CHARTS) ? charts() : OWN + name.substring(1))) {
            if (file == null) {
                return Optional.empty();
            }
            String type = TYPES.getOrDefault(name.substring(name.indexOf('.') + 1), "");
            Page page = new Page(200, type, file.readAllBytes(), Map.of());
            read.put(path, page);
            return Optional.of(page);
        }
    }

    /** Its folder in the jar has the version's name, which only the build knows. */
    private static String charts() throws IOException {
        try (InputStream file = PageFiles.class.getResourceAsStream(CHARTS_JAR)) {
            if (file == null) {
                throw new IOException("the class path has no jar org.mvnpm:echarts");
            }
            Properties properties = new Properties();
            properties.load(file);
            return CHARTS_FILE.formatted(properties.getProperty("version"));
        }
    }
}
