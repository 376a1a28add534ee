// SPDX-License-Identifier: Apache-2.0
package io.coffey.scoring;

import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Scores completions under one set of weights.
 *
 * <p>Sequences go through the decoder in rectangles whose shape depends on their rounded length alone, and each is
 * projected to the vocabulary by itself, so the bits of a sequence's scores never depend on its neighbours. Memory
 * follows the token budget. For one thread.
 */
public final class SequenceScorer implements AutoCloseable {

    private final Decoder decoder;
    private final Weights weights;
    private final int tokenBudget;

    /**
     * A scorer, which owns the weights from here on.
     *
     * @param tokenBudget tokens of one rectangle; a longer sequence goes alone
     */
    public SequenceScorer(Decoder decoder, Weights weights, int tokenBudget) {
        if (tokenBudget < 1) {
            throw new IllegalArgumentException("the token budget must be 1 or more, found " + tokenBudget);
        }
        this.decoder = decoder;
        this.weights = weights;
        this.tokenBudget = tokenBudget;
    }

    /**
     * Scores completions, in any number and of any lengths.
     *
     * @return scores in the order of the requests
     * @throws IllegalArgumentException if a sequence is longer than the decoder's longest or has a token that is not in
     *     the vocabulary
     */
    public List<SequenceScores> score(List<ScoringRequest> requests) {
        List<int[]> inputs = requests.stream()
                .map(request -> decoder.inputs(request.prompt(), request.completion()))
                .toList();
        Map<Integer, List<Integer>> membersByLength = new TreeMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            int length = Decoder.bucket(inputs.get(i).length);
            membersByLength.computeIfAbsent(length, key -> new ArrayList<>()).add(i);
        }
        SequenceScores[] scores = new SequenceScores[requests.size()];
        membersByLength.forEach((length, members) -> {
            int rows = Math.max(1, tokenBudget / length);
            for (int from = 0; from < members.size(); from += rows) {
                List<Integer> part = members.subList(from, Math.min(from + rows, members.size()));
                try (TensorScope scope = TensorScope.open()) {
                    Tensor ids =
                            decoder.ids(scope, part.stream().map(inputs::get).toList(), rows, length);
                    Tensor hidden = decoder.hidden(scope, weights.tensors(), ids);
                    for (int row = 0; row < part.size(); row++) {
                        scores[part.get(row)] = score(scope, hidden, row * length, requests.get(part.get(row)));
                    }
                }
            }
        });
        return List.of(scores);
    }

    /** Frees the weights. */
    @Override
    public void close() {
        weights.close();
    }

    /** Scores the sequence whose first position is {@code offset} of the flattened hidden states. */
    private SequenceScores score(TensorScope parent, Tensor hidden, int offset, ScoringRequest request) {
        int[] completion = request.completion();
        int length = completion.length;
        int padded = Decoder.bucket(length);
        int[] rows = new int[padded];
        for (int t = 0; t < padded; t++) {
            rows[t] = offset + request.prompt().length - 1 + Math.min(t, length - 1);
        }
        try (TensorScope scope = parent.child()) {
            Tensor targets = decoder.ids(scope, rowsOf(completion, 1), padded, 1);
            List<Tensor> logProbs =
                    decoder.logProbs(scope, weights.tensors(), hidden, scope.ints(rows, padded), targets);
            Tensor all = logProbs.get(0);
            int[] topIds = null;
            float[] topLogProbs = null;
            if (request.topK() > 0) {
                List<Tensor> top = decoder.top(scope, all, request.topK());
                topLogProbs = Arrays.copyOf(top.get(0).floatArray(), length * request.topK());
                topIds = Arrays.copyOf(top.get(1).intArray(), length * request.topK());
            }
            float[] gathered = null;
            int[] gatherIds = request.gatherIds();
            if (gatherIds != null) {
                int width = gatherIds.length / length;
                Tensor ids = decoder.ids(scope, rowsOf(gatherIds, width), padded, width);
                gathered = Arrays.copyOf(decoder.at(scope, all, ids).floatArray(), gatherIds.length);
            }
            float[] entropy = null;
            if (request.entropy()) {
                entropy = Arrays.copyOf(decoder.entropy(scope, all).floatArray(), length);
            }
            float[] own = Arrays.copyOf(logProbs.get(1).floatArray(), length);
            return new SequenceScores(own, topIds, topLogProbs, gathered, entropy);
        }
    }

    private static List<int[]> rowsOf(int[] values, int width) {
        List<int[]> rows = new ArrayList<>();
        for (int from = 0; from < values.length; from += width) {
            rows.add(Arrays.copyOfRange(values, from, from + width));
        }
        return rows;
    }
}
