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
 * Makes the data of the example: prompts of five digits from 1 to 9, and examples that add the digits up one by one, in any order.
 *
 * <pre>
 * java GenerateSums.java prompts  12000 7 prompts.jsonl          {"prompt": "73519="}
 * java GenerateSums.java examples 64000 7 build/teacher.jsonl    {"prompt": "73519=", "completion": "7+3=10+5=15+1=16+9=25"}
 * </pre>
 *
 * <p>The third argument is the seed. Examples never have a held-out prompt; the file of prompts has them too, for the
 * run that reads it holds them out by the same rule.
 */
public final class GenerateSums {

    private static final int DIGITS = 5;
    private static final int HIGHEST_DIGIT = 9;
    private static final double HELD_OUT = 0.05;

    private GenerateSums() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4 || !Set.of("prompts", "examples").contains(arguments[0])) {
            System.err.println("usage: java GenerateSums.java prompts|examples COUNT SEED FILE");
            System.exit(2);
        }
        int count = Integer.parseInt(arguments[1]);
        Random random = new Random(Long.parseLong(arguments[2]));
        if (count > Math.pow(HIGHEST_DIGIT, DIGITS) && arguments[0].equals("prompts")) {
            System.err.println("there are only 59049 different prompts");
            System.exit(2);
        }
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
        Set<String> prompts = new LinkedHashSet<>();
        while (prompts.size() < count) {
            prompts.add(prompt(random));
        }
        for (String prompt : prompts) {
            writer.write("{\"prompt\": \"%s\"}\n".formatted(prompt));
        }
    }

    private static void writeExamples(BufferedWriter writer, int count, Random random) throws IOException {
        int written = 0;
        while (written < count) {
            String prompt = prompt(random);
            if (!isHeldOut(prompt)) {
                writer.write("{\"prompt\": \"%s\", \"completion\": \"%s\"}\n".formatted(prompt, chain(prompt, random)));
                written++;
            }
        }
    }

    private static String prompt(Random random) {
        StringBuilder prompt = new StringBuilder();
        for (int i = 0; i < DIGITS; i++) {
            prompt.append(1 + random.nextInt(HIGHEST_DIGIT));
        }
        return prompt.append('=').toString();
    }

    /** A running sum over the digits in a random order, such as {@code 7+3=10+5=15+1=16+9=25}. */
    private static String chain(String prompt, Random random) {
        int[] digits = prompt.chars().limit(DIGITS).map(c -> c - '0').toArray();
        for (int last = DIGITS - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int digit = digits[other];
            digits[other] = digits[last];
            digits[last] = digit;
        }
        StringBuilder chain = new StringBuilder().append(digits[0]);
        int sum = digits[0];
        for (int i = 1; i < DIGITS; i++) {
            sum += digits[i];
            chain.append('+').append(digits[i]).append('=').append(sum);
        }
        return chain.toString();
    }

    /** The rule of every run: the start of the prompt's id, read as a share, is below the share that is held out. */
    private static boolean isHeldOut(String prompt) {
        String noReference = "";
        String id = HexFormat.of().formatHex(sha256(prompt + '\0' + noReference));
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
