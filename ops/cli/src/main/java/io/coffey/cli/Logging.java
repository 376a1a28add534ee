// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where the log of the command goes. */
public final class Logging {

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level [%thread] %logger{0}: %msg %kvp%n%ex";

    private static final String FILE = "file";

    private Logging() {}

    /** Nowhere for now: standard output and error belong to the command's answers. */
    static void silence() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    }

    /** Adds the log to a file, and no longer to the file before it. */
    public static void toFile(Path file) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(FILE);
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setName(FILE);
        appender.setFile(file.toString());
        appender.setAppend(true);
        start(appender);
    }

    /** Adds the log to standard error. */
    static void toStandardError() {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget(ConsoleTarget.SystemErr.getName());
        start(appender);
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.WARN);
        context.getLogger("io.coffey").setLevel(Level.INFO);
        // A broker that is about to answer, and a machine without a GPU, are nothing to warn of.
        // What a broker refuses is said by whoever asked, in one line and without a stack trace.
        context.getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.OFF);
        context.getLogger("org.apache.kafka.clients.admin.internals.AdminMetadataManager")
                .setLevel(Level.OFF);
        context.getLogger("ai.djl").setLevel(Level.ERROR);
    }
}
