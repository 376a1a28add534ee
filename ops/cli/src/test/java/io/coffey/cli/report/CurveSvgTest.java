// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.report.Chart.Point;
import io.coffey.cli.report.Chart.Series;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class CurveSvgTest {

    @Test
    void isWellFormedWhateverTheTitleSays() throws Exception {
        Document document = parse(CurveSvg.render("a < b & c", List.of()));

        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("a < b & c");
    }

    @Test
    void drawsEverySeriesOverTheCommonAxisOfSteps() throws Exception {
        Chart divergence = new Chart(
                "reverse KL",
                List.of(new Series("batch", List.of(new Point(0, 2.0), new Point(100, 1.0)), false)),
                false);
        Chart accuracy = new Chart(
                "accuracy",
                List.of(
                        new Series("greedy", List.of(new Point(0, 0.0), new Point(50, 1.0)), true),
                        new Series("sampled", List.of(new Point(50, 0.5)), true)),
                true);

        Document document = parse(CurveSvg.render("run", List.of(divergence, accuracy)));

        assertThat(points(document, 0)).isEqualTo("64.0,48.0 736.0,143.0");
        assertThat(points(document, 1)).isEqualTo("64.0,472.0 400.0,282.0");
        assertThat(points(document, 2)).isEqualTo("400.0,377.0");
        assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(3);
    }

    @Test
    void labelsTicksWithRoundNumbers() {
        assertThat(Axis.covering(0, 0.37, 0, 100, 5).ticks().stream().map(Axis::label))
                .containsExactly("0", "0.1", "0.2", "0.3", "0.4");
        assertThat(Axis.covering(0, 400, 0, 100, 6).ticks().stream().map(Axis::label))
                .containsExactly("0", "100", "200", "300", "400");
    }

    private static String points(Document document, int index) {
        return ((Element) document.getElementsByTagName("polyline").item(index)).getAttribute("points");
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
