// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.cli.diagnose.Alignment.Form;
import io.coffey.distillation.trajectory.Prompt;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Three tokens: student (.5, .3, .2), teacher (.2, .5, .3). */
class AlignmentTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final double[] STUDENT = {0.5, 0.3, 0.2};
    private static final double[] TEACHER = {0.2, 0.5, 0.3};

    @Test
    void isTheCosineOfWhatIsAskedForAndWhatIsGiven() {
        double[] ideal = Alignment.ideal(STUDENT, new double[] {0.1, 0.8, 0.4});
        double[] reverse = Alignment.distilled(Form.REVERSE_KL, STUDENT, TEACHER);
        double[] forward = Alignment.distilled(Form.FORWARD_KL, STUDENT, TEACHER);

        assertThat(ideal).containsExactly(new double[] {-0.135, 0.129, 0.006}, CLOSE);
        assertThat(reverse).containsExactly(new double[] {-0.346243, 0.220389, 0.125854}, CLOSE);
        assertThat(forward).as("teacher - student").containsExactly(new double[] {-0.3, 0.2, 0.1}, CLOSE);
        assertThat(Alignment.cosine(ideal, reverse)).hasValueCloseTo(0.946719, CLOSE);
        assertThat(Alignment.cosine(ideal, forward)).hasValueCloseTo(0.957055, CLOSE);
    }

    @Test
    void isNegativeWhereTheTeacherPrefersWhatFails() {
        double[] ideal = Alignment.ideal(STUDENT, new double[] {0.9, 0.1, 0.4});

        assertThat(Alignment.cosine(ideal, Alignment.distilled(Form.REVERSE_KL, STUDENT, TEACHER)))
                .hasValueCloseTo(-0.982154, CLOSE);
        assertThat(Alignment.cosine(ideal, Alignment.distilled(Form.FORWARD_KL, STUDENT, TEACHER)))
                .hasValueCloseTo(-0.987946, CLOSE);
    }

    @Test
    void pointsNowhereWhereNothingMattersOrNothingIsTaught() {
        double[] even = Alignment.ideal(STUDENT, new double[] {0.5, 0.5, 0.5});

        assertThat(Alignment.cosine(even, Alignment.distilled(Form.REVERSE_KL, STUDENT, TEACHER)))
                .isEmpty();
        assertThat(Alignment.cosine(
                        Alignment.ideal(STUDENT, new double[] {0.1, 0.8, 0.4}),
                        Alignment.distilled(Form.FORWARD_KL, STUDENT, STUDENT)))
                .isEmpty();
    }

    @Test
    void takesSharesOfTheCandidates() {
        float[] logProbs = {(float) Math.log(0.25), (float) Math.log(0.15), (float) Math.log(0.1)};

        assertThat(Alignment.shares(logProbs)).containsExactly(STUDENT, CLOSE);
    }

    @Test
    void isReportedApartForRightAndWrongRollouts() {
        Diagnosis diagnosis = new Diagnosis();
        diagnosis.add(node(true), new double[] {0.9, 0.1, 0.4});
        diagnosis.add(node(false), new double[] {0.1, 0.8, 0.4});
        diagnosis.add(node(false), new double[] {0.9, 0.1, 0.4});
        diagnosis.add(node(false), new double[] {1, 1, 1});

        assertThat(diagnosis.flat()).isEqualTo(1);
        assertThat(diagnosis.rows())
                .extracting(Diagnosis.Row::outcome)
                .containsExactly("right", "right", "wrong", "wrong");
        Diagnosis.Row right = diagnosis.rows().get(0);
        assertThat(right.form()).isEqualTo("reverse KL");
        assertThat(right.nodes()).isEqualTo(1);
        assertThat(right.mean()).isCloseTo(-0.982154, CLOSE);
        assertThat(right.agreeing()).isZero();
        assertThat(right.deviation()).as("of a single place").isNull();
        Diagnosis.Row wrong = diagnosis.rows().get(3);
        assertThat(wrong.form()).isEqualTo("forward KL");
        assertThat(wrong.nodes()).isEqualTo(2);
        assertThat(wrong.mean()).isCloseTo((0.957055 - 0.987946) / 2, CLOSE);
        assertThat(wrong.agreeing()).isEqualTo(0.5);
    }

    private static Node node(boolean right) {
        Prompt prompt = new Prompt("p", "x", new int[] {1}, null, null, Map.of());
        return new Node(prompt, new int[0], right, new int[] {0, 1, 2}, STUDENT, TEACHER);
    }
}
