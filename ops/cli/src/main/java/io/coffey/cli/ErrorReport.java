// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.adapter.AdapterException;
import io.coffey.chat.ChatTemplateException;
import io.coffey.cli.broker.BrokerException;
import io.coffey.model.ModelException;
import io.coffey.service.ExitCode;
import io.coffey.service.Outcome;
import io.coffey.service.UserException;
import io.coffey.tokenizer.TokenizerException;
import io.coffey.torch.DeviceException;
import io.coffey.training.DataException;
import io.coffey.training.DivergedException;
import io.coffey.weights.WeightsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns an exception into one clear line on standard error and an exit code. */
final class ErrorReport implements IExecutionExceptionHandler {

    private final BooleanSupplier debug;

    /** @param debug whether to show stack traces of what is no bug, too */
    ErrorReport(BooleanSupplier debug) {
        this.debug = debug;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        Outcome outcome = outcome(failure);
        PrintWriter err = command.getErr();
        err.println("coffey: " + outcome.message());
        if (debug.getAsBoolean()) {
            failure.printStackTrace(err);
        } else if (outcome.bug().isPresent()) {
            err.println("coffey: this should not happen; run it again with --debug and report what it shows");
        }
        err.flush();
        return outcome.exitCode();
    }

    static int parameterProblem(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("coffey: " + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.CONFIGURATION;
    }

    /** What an exception of any module means for the user. */
    static Outcome outcome(Throwable failure) {
        if (failure instanceof ModelException
                || failure instanceof TokenizerException
                || failure instanceof ChatTemplateException
                || failure instanceof WeightsException
                || failure instanceof AdapterException
                || failure instanceof DataException) {
            return said(ExitCode.DATA, failure);
        } else if (failure instanceof DeviceException) {
            return said(ExitCode.CONFIGURATION, failure);
        } else if (failure instanceof DivergedException) {
            return said(ExitCode.DIVERGED, failure);
        } else if (failure instanceof BrokerException) {
            return said(ExitCode.BROKER, failure);
        } else if (failure instanceof UncheckedIOException || failure instanceof IOException) {
            return Outcome.of(new UserException(ExitCode.DATA, "cannot read or write: " + failure.getMessage()));
        }
        Outcome outcome = Outcome.of(failure);
        return outcome.bug().isPresent() && failure instanceof KafkaException
                ? Outcome.of(new UserException(ExitCode.BROKER, "Kafka says: " + failure.getMessage()))
                : outcome;
    }

    private static Outcome said(int exitCode, Throwable failure) {
        return Outcome.of(new UserException(exitCode, String.valueOf(failure.getMessage())));
    }
}
