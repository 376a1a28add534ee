// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import java.util.List;

/**
 * One panel of a figure: values over steps.
 *
 * @param title what the vertical axis shows, with its unit
 * @param series the lines in it
 * @param share whether values are shares, so that the axis is 0 to 100 %
 */
public record Chart(String title, List<Series> series, boolean share) {

    public Chart {
        series = List.copyOf(series);
    }

    /**
     * One line of a panel.
     *
     * @param name its entry in the legend
     * @param points its points, by ascending step
     * @param marked whether points are few and each is marked by a dot
     */
    public record Series(String name, List<Point> points, boolean marked) {

        public Series {
            points = List.copyOf(points);
        }
    }

    /**
     * A value at a step.
     *
     * @param step optimiser step
     * @param value finite value
     */
    public record Point(long step, double value) {}
}
