// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class NeverShownTest {

    /** Token ids of 5+7+0=12,8+7. */
    private static final int[] SECRET_IDS = {7, 12, 9, 12, 2, 13, 3, 4, 14, 10, 12, 9};

    @Test
    void aPieceOfAReferenceIsCaughtWhereverItIs() {
        byte[] clean = {1, 2, 3};
        byte[] text = "so 5+7+0=12,8+7 it is".getBytes(StandardCharsets.UTF_8);
        byte[] ids = new byte[2 * SECRET_IDS.length];
        for (int i = 0; i < SECRET_IDS.length; i++) {
            ids[2 * i] = (byte) SECRET_IDS[i];
        }
        try (Tokenizer tokenizer =
                Tokenizer.load(Path.of(System.getProperty("coffey.root"), "examples/addition/student"))) {
            NeverShown guarantee = new NeverShown(List.of("5+7+0=12,8+7"), tokenizer);

            guarantee.check("t", List.of(new ConsumerRecord<>("t", 0, 0, clean, clean)));
            for (byte[] leak : List.of(text, ids)) {
                ConsumerRecord<byte[], byte[]> inHeader = new ConsumerRecord<>("t", 0, 0, clean, clean);
                inHeader.headers().add("h", leak);
                for (ConsumerRecord<byte[], byte[]> record : List.of(
                        new ConsumerRecord<>("t", 0, 0, clean, leak),
                        new ConsumerRecord<>("t", 0, 0, leak, clean),
                        inHeader)) {
                    assertThatThrownBy(() -> guarantee.check("t", List.of(record)))
                            .isInstanceOf(AssertionError.class);
                }
            }
            assertThatThrownBy(() -> guarantee.check("t", List.of())).isInstanceOf(AssertionError.class);
        }
    }
}
