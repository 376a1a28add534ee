// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import io.coffey.cli.report.Chart.Point;
import io.coffey.cli.report.Chart.Series;
import java.util.List;
import java.util.Locale;

/** Draws charts above each other over one axis of steps, as an SVG that reads well on light and dark pages. */
public final class CurveSvg {

    private static final int WIDTH = 760;
    private static final int LEFT = 64;
    private static final int RIGHT = 24;
    private static final int TOP = 48;
    private static final int PANEL_HEIGHT = 190;
    private static final int PANEL_GAP = 44;
    private static final int BOTTOM = 44;
    private static final int TICKS = 5;

    private static final String STYLE = """
            <style>
              .paper { fill: #ffffff; }
              text { fill: #24292f; font: 12px system-ui, sans-serif; }
              .title { font-size: 15px; font-weight: 600; }
              .panel { font-weight: 600; }
              .grid { stroke: #d0d7de; stroke-width: 1; }
              .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
              .s0 { stroke: #0969da; } .s1 { stroke: #bc4c00; } .s2 { stroke: #1a7f37; } .s3 { stroke: #8250df; }
              .s4 { stroke: #cf222e; } .s5 { stroke: #9a6700; } .s6 { stroke: #bf3989; } .s7 { stroke: #57606a; }
              .d0 { fill: #0969da; } .d1 { fill: #bc4c00; } .d2 { fill: #1a7f37; } .d3 { fill: #8250df; }
              .d4 { fill: #cf222e; } .d5 { fill: #9a6700; } .d6 { fill: #bf3989; } .d7 { fill: #57606a; }
              @media (prefers-color-scheme: dark) {
                .paper { fill: #0d1117; }
                text { fill: #e6edf3; }
                .grid { stroke: #3d444d; }
                .s0 { stroke: #58a6ff; } .s1 { stroke: #f0883e; } .s2 { stroke: #56d364; } .s3 { stroke: #bc8cff; }
                .s4 { stroke: #ff7b72; } .s5 { stroke: #e3b341; } .s6 { stroke: #f778ba; } .s7 { stroke: #8b949e; }
                .d0 { fill: #58a6ff; } .d1 { fill: #f0883e; } .d2 { fill: #56d364; } .d3 { fill: #bc8cff; }
                .d4 { fill: #ff7b72; } .d5 { fill: #e3b341; } .d6 { fill: #f778ba; } .d7 { fill: #8b949e; }
              }
            </style>
            """;

    private final StringBuilder out = new StringBuilder();
    private final Axis steps;

    private CurveSvg(Axis steps) {
        this.steps = steps;
    }

    /**
     * The figure as text.
     *
     * @param title heading of the figure
     * @param charts panels from top to bottom, each with up to eight series
     */
    public static String render(String title, List<Chart> charts) {
        long lastStep = charts.stream()
                .flatMap(chart -> chart.series().stream())
                .flatMap(series -> series.points().stream())
                .mapToLong(Point::step)
                .max()
                .orElse(1);
        CurveSvg figure =
                new CurveSvg(Axis.covering(0, (double) Math.max(1, lastStep), LEFT, WIDTH - RIGHT, TICKS + 1));
        int height = TOP + charts.size() * PANEL_HEIGHT + (charts.size() - 1) * PANEL_GAP + BOTTOM;
        figure.line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">",
                WIDTH, height, WIDTH, height);
        figure.line("<title>%s</title>", escape(title));
        figure.out.append(STYLE);
        figure.line("<rect class=\"paper\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        figure.text(LEFT, 24, "title", "start", title);
        for (int i = 0; i < charts.size(); i++) {
            figure.panel(charts.get(i), TOP + i * (PANEL_HEIGHT + PANEL_GAP));
        }
        figure.text((LEFT + WIDTH - RIGHT) / 2.0, height - 6, "label", "middle", "optimiser step");
        figure.line("</svg>");
        return figure.out.toString();
    }

    private void panel(Chart chart, int top) {
        int bottom = top + PANEL_HEIGHT;
        Axis values = chart.share()
                ? Axis.covering(0, 1, bottom, top, TICKS)
                : Axis.covering(
                        Math.min(0, extreme(chart, false)), Math.max(1e-6, extreme(chart, true)), bottom, top, TICKS);
        for (double tick : values.ticks()) {
            double y = values.position(tick);
            line("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y);
            text(LEFT - 8, y + 4, "label", "end", chart.share() ? Math.round(tick * 100) + " %" : Axis.label(tick));
        }
        for (double tick : steps.ticks()) {
            text(steps.position(tick), bottom + 16, "label", "middle", Axis.label(tick));
        }
        text(LEFT, top - 8, "panel", "start", chart.title());
        legend(chart.series(), top - 8);
        for (int i = 0; i < chart.series().size(); i++) {
            draw(chart.series().get(i), i, values);
        }
    }

    private void legend(List<Series> series, int y) {
        double x = WIDTH - RIGHT;
        for (int i = series.size() - 1; i >= 0; i--) {
            String name = series.get(i).name();
            text(x, y, "label", "end", name);
            x -= 7 * name.length() + 6;
            line("<rect class=\"d%d\" x=\"%.1f\" y=\"%d\" width=\"10\" height=\"4\"/>", i, x - 10, y - 6);
            x -= 26;
        }
    }

    private void draw(Series series, int color, Axis values) {
        StringBuilder points = new StringBuilder();
        for (Point point : series.points()) {
            points.append(String.format(
                    Locale.ROOT, "%.1f,%.1f ", steps.position((double) point.step()), values.position(point.value())));
        }
        line(
                "<polyline class=\"line s%d\" points=\"%s\"/>",
                color, points.toString().strip());
        if (series.marked()) {
            for (Point point : series.points()) {
                line(
                        "<circle class=\"d%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.2\"/>",
                        color, steps.position((double) point.step()), values.position(point.value()));
            }
        }
    }

    private static double extreme(Chart chart, boolean greatest) {
        double result = 0;
        for (Series series : chart.series()) {
            for (Point point : series.points()) {
                result = greatest ? Math.max(result, point.value()) : Math.min(result, point.value());
            }
        }
        return result;
    }

    private void text(double x, double y, String style, String anchor, String text) {
        line(
                "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s</text>",
                x, y, style, anchor, escape(text));
    }

    private void line(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
