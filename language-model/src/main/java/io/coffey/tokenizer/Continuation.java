// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import java.util.Arrays;

/** Tokenises a given response to a prompt, so that a model which is asked the prompt could have written it. */
public final class Continuation {

    private Continuation() {}

    /**
     * The tokens that follow the prompt's in the whole text, and a stop token. Where the tokenizer merges the end of
     * the prompt with what comes after it, the response is tokenised by itself: a model that is asked the prompt never
     * sees the merged token. Special tokens are as the texts spell them.
     *
     * @param promptTokens the prompt's tokens
     */
    public static int[] tokens(Tokenizer tokenizer, String prompt, int[] promptTokens, String response, int stopToken) {
        int[] whole = tokenizer.encode(prompt + response, SpecialTokens.PARSED);
        int length = promptTokens.length;
        boolean follows = whole.length >= length && Arrays.equals(promptTokens, 0, length, whole, 0, length);
        int[] tokens = follows
                ? Arrays.copyOfRange(whole, length, whole.length)
                : tokenizer.encodePlain(response, SpecialTokens.PARSED);
        int[] stopped = Arrays.copyOf(tokens, tokens.length + 1);
        stopped[tokens.length] = stopToken;
        return stopped;
    }
}
