// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScriptTest {

    private static final Script SCRIPT = Script.compile("test.py", """
            def scaled(self, x: Tensor) -> Tensor:
              return x * ${FACTOR}  # [N]
            def total(self, parts: List[Tensor], by: Tensor) -> Tuple[Tensor, List[Tensor]]:
              scaled = annotate(List[Tensor], [])
              for part in parts:
                scaled.append(self.scaled(part))
              return (torch.sum(torch.stack(scaled)) * float(by), scaled)
            def cube(self, x: List[Tensor]) -> Tensor:
              return torch.sum(x[0] * x[0] * x[0] * 4.0)
            def gradient(self, x: Tensor) -> Tensor:
              return x.grad * 1.0
            """, Map.of("FACTOR", 3.0));

    @Test
    void returnsTuplesAndListsAsOneFlatList() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor one = scope.floats(new float[] {1, 2}, 2);
            Tensor two = scope.floats(new float[] {3, 4}, 2);

            List<Tensor> results = SCRIPT.call(scope, "total", List.of(one, two), scope.scalar(0.5));

            assertThat(results).hasSize(3);
            assertThat(results.get(0).item()).isEqualTo(15.0);
            assertThat(results.get(2).floatArray()).containsExactly(9, 12);
        }
    }

    @Test
    void addsGradientsToLeavesAlsoWhenGarbageIsCollectedBeforeBackward() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor leaf = scope.leaf(scope.floats(new float[] {1, 2}, 2));
            for (int i = 0; i < 2; i++) {
                Tensor loss =
                        SCRIPT.callWithGradient(scope, "cube", List.of(leaf)).get(0);
                System.gc();
                Gradients.backward(loss);
            }

            Tensor gradient = SCRIPT.call(scope, "gradient", leaf).get(0);

            assertThat(gradient.floatArray()).containsExactly(2 * 12, 2 * 48);
        }
    }

    @Test
    void recordsNothingOutsideCallWithGradientInANewThread() throws InterruptedException {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(() -> {
            try (TensorScope scope = TensorScope.open()) {
                Tensor leaf = scope.leaf(scope.floats(new float[] {1}, 1));
                Tensor loss = SCRIPT.call(scope, "cube", List.of(leaf)).get(0);
                Gradients.backward(loss);
            } catch (RuntimeException e) {
                failure[0] = e;
            }
        });
        thread.start();
        thread.join();

        assertThat(failure[0]).hasMessageContaining("does not require grad");
    }

    @Test
    void keepsResultsPastTheirScope() {
        try (TensorScope outer = TensorScope.open()) {
            Tensor kept;
            try (TensorScope inner = outer.child()) {
                kept = outer.keep(SCRIPT.call(inner, "scaled", inner.floats(new float[] {1.5f}, 1))
                        .get(0));
            }
            System.gc();

            assertThat(kept.floatArray()).containsExactly(4.5f);
            assertThat(outer.liveTensors()).isEqualTo(1);
        }
    }

    @Test
    void reportsTheLineThatDoesNotCompile() {
        assertThatThrownBy(() -> Script.compile(
                        "broken.py", "def f(self, x: Tensor) -> Tensor:\n  return torch.no_such_thing(x)\n", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("broken.py")
                .hasMessageContaining("no_such_thing");
    }

    @Test
    void reportsTheLineThatFails() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor two = scope.zeros(2);
            Tensor three = scope.zeros(3);

            assertThatThrownBy(() -> SCRIPT.call(scope, "total", List.of(two, three), scope.scalar(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("total of script test.py")
                    .hasMessageContaining("torch.stack(scaled)");
        }
    }

    @Test
    void refusesConstantsThatAreMissingOrUnused() {
        assertThatThrownBy(() -> Script.compile("a.py", "${MISSING}", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("${MISSING}");
        assertThatThrownBy(() -> Script.compile("a.py", "", Map.of("UNUSED", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[UNUSED]");
    }

    @Test
    void readsAndWritesElementsOfEveryType() {
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope.doubles(new double[] {1.5, -2}, 2).doubleArray()).containsExactly(1.5, -2);
            assertThat(scope.ints(new int[] {7, -8}, 1, 2).intArray()).containsExactly(7, -8);
            assertThat(scope.ints(new int[] {7, -8}, 1, 2).shape()).containsExactly(1, 2);
            assertThat(scope.zeros(2, 2).floatArray()).containsExactly(0, 0, 0, 0);
            assertThat(scope.scalar(0.1).item()).isEqualTo(0.1, within(0.0));
            assertThatThrownBy(() -> scope.floats(new float[3], 2, 2)).hasMessageContaining("3 values do not fill");
        }
    }
}
