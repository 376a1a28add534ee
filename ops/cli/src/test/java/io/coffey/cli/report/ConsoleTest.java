// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    private final StringWriter out = new StringWriter();

    @Test
    void rewritesItsLineOnATerminalAndKeepsItWithinTheWidth() {
        Console console = new Console(new PrintWriter(out), 10);

        console.show("step 1 of a long run");
        console.show("step 2");
        console.say("done");

        assertThat(out.toString()).isEqualTo("\r\u001b[Kstep 1 of\r\u001b[Kstep 2\r\u001b[Kdone\n");
    }

    @Test
    void writesPlainLinesElsewhere() {
        Console console = new Console(new PrintWriter(out), 0);

        console.show("step 1");
        console.say("done");

        assertThat(out.toString()).isEqualTo("step 1\ndone\n");
    }

    @Test
    void writesPlainLinesWhenTheEnvironmentAsksForIt() {
        assertThat(Console.of(new PrintWriter(out), Map.of("NO_COLOR", "1")).terminal())
                .isFalse();
        assertThat(Console.of(new PrintWriter(out), Map.of("TERM", "dumb")).terminal())
                .isFalse();
    }
}
