// SPDX-License-Identifier: Apache-2.0
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

/**
 * Makes the data of the example: additions of two numbers of three digits, and the way to their sum, digit by digit
 * from the right, each with the carry it gets, such as {@code 5+7+0=12,8+7+1=16,7+3+1=11:1162} for {@code 785+377=}.
 *
 * <pre>
 * java GenerateAdditions.java prompts  12000 7 prompts.jsonl         {"prompt": "785+377=", "reference": "5+7+0=12,..."}
 * java GenerateAdditions.java examples 32000 7 build/student.jsonl   {"prompt": "785+377=", "completion": "5+7+0=12,..."}
 * </pre>
 *
 * <p>The third argument is the seed. Every other example has the solution before its prompt, as a teacher will see it:
 * so the student learns to use a solution long before it can find one. Examples never have a held-out prompt; the file
 * of prompts has them too, for the run that reads it holds them out by the same rule.
 */
public final class GenerateAdditions {

    private static final int NUMBERS = 1000;
    private static final double HELD_OUT = 0.05;

    private GenerateAdditions() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4 || !Set.of("prompts", "examples").contains(arguments[0])) {
            System.err.println("usage: java GenerateAdditions.java prompts|examples COUNT SEED FILE");
            System.exit(2);
        }
        int count = Integer.parseInt(arguments[1]);
        if (count > NUMBERS * NUMBERS) {
            System.err.println("there are only 1000000 different prompts");
            System.exit(2);
        }
        Random random = new Random(Long.parseLong(arguments[2]));
        Path file = Path.of(arguments[3]).toAbsolutePath();
        Files.createDirectories(file.getParent());
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            if (arguments[0].equals("prompts")) {
                writePrompts(writer, count, random);
            } else {
                writeExamples(writer, count, random);
            }
        }
    }

    private static void writePrompts(BufferedWriter writer, int count, Random random) throws IOException {
        Set<Addition> additions = new LinkedHashSet<>();
        while (additions.size() < count) {
            additions.add(Addition.random(random));
        }
        for (Addition addition : additions) {
            writer.write(
                    "{\"prompt\": \"%s\", \"reference\": \"%s\"}\n".formatted(addition.prompt(), addition.solution()));
        }
    }

    private static void writeExamples(BufferedWriter writer, int count, Random random) throws IOException {
        int written = 0;
        while (written < count) {
            Addition addition = Addition.random(random);
            if (!addition.isHeldOut()) {
                String hint = written % 2 == 0 ? "" : addition.solution() + "#";
                writer.write("{\"prompt\": \"%s\", \"completion\": \"%s\"}\n"
                        .formatted(hint + addition.prompt(), addition.solution()));
                written++;
            }
        }
    }

    /** Two numbers from 0 to 999 to be added. */
    private record Addition(int one, int other) {

        static Addition random(Random random) {
            return new Addition(random.nextInt(NUMBERS), random.nextInt(NUMBERS));
        }

        String prompt() {
            return "%03d+%03d=".formatted(one, other);
        }

        String solution() {
            StringBuilder solution = new StringBuilder();
            int carry = 0;
            for (int place = 1; place < NUMBERS; place *= 10) {
                int a = one / place % 10;
                int b = other / place % 10;
                int sum = a + b + carry;
                solution.append("%d+%d+%d=%02d,".formatted(a, b, carry, sum));
                carry = sum / 10;
            }
            solution.setLength(solution.length() - 1);
            return solution.append(":%04d".formatted(one + other)).toString();
        }

        /** The rule of every run: the start of the prompt's id, read as a share, is below the share that is held out. */
        boolean isHeldOut() {
            String id = HexFormat.of().formatHex(sha256(prompt() + '\0' + solution()));
            return Long.parseLong(id.substring(0, 8), 16) / 0x1p32 < HELD_OUT;
        }

        private static byte[] sha256(String text) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
