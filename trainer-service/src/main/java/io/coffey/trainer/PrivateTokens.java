// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Softens the teacher where a completion is private, so that the student learns less exactly what stands there (after
 * Swing, whose formula and whose noise on the teacher's distribution were not found in public; this rule is ours, adds
 * no noise, and promises no differential privacy).
 *
 * <pre>
 *   s_t = share of the characters of token t that lie inside a match of the pattern in the completion's text
 *   T_t = 1 + (temperature - 1) s_t
 *   p_t = softmax(log p / T_t) over the support and its tail, as one more entry; the student stays at temperature 1
 * </pre>
 *
 * <p>The text is that of the completion without special tokens, which have no characters. Of a character that several
 * tokens spell together each has the whole. A pattern that lies partly in the prompt is not seen. Characters are
 * Java's. Thread-safe as the tokenizer is.
 */
final class PrivateTokens implements Softening {

    private final Pattern pattern;
    private final double temperature;
    private final Tokenizer tokenizer;

    /**
     * @param pattern what is private
     * @param temperature of a token all of whose characters are, above 1
     * @param tokenizer the student's
     */
    PrivateTokens(Pattern pattern, double temperature, Tokenizer tokenizer) {
        this.pattern = pattern;
        this.temperature = temperature;
        this.tokenizer = tokenizer;
    }

    @Override
    public float[] temperatures(Trajectory trajectory) {
        return temperatures(trajectory.tokens());
    }

    /** The same of a completion's tokens, [T]. */
    float[] temperatures(int[] tokens) {
        double[] shares = shares(tokens);
        float[] temperatures = new float[shares.length];
        for (int t = 0; t < shares.length; t++) {
            temperatures[t] = (float) (1 + (temperature - 1) * shares[t]);
        }
        return temperatures;
    }

    /** What share of each token's characters is private, [T]. */
    double[] shares(int[] tokens) {
        double[] shares = new double[tokens.length];
        if (!pattern.matcher(tokenizer.decode(tokens)).find()) {
            return shares;
        }
        TokenCharacters characters = TokenCharacters.of(tokens, tokenizer);
        BitSet matched = new BitSet();
        Matcher matcher = pattern.matcher(characters.text());
        while (matcher.find()) {
            matched.set(matcher.start(), matcher.end());
        }
        Arrays.setAll(shares, t -> characters.share(t, matched));
        return shares;
    }
}
