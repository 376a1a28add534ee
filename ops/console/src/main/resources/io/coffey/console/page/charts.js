// SPDX-License-Identifier: Apache-2.0
// Line charts that can also be read from a table, and walked through with the arrow keys.

import * as echarts from './echarts.js';
import {h, fill, table} from './dom.js';
import {count} from './format.js';

const charts = new Set();
const LINES = ['solid', 'dashed', 'dotted'];
const SYMBOLS = ['circle', 'rect', 'triangle'];
const MOST_ROWS = 12;

/** Draws all charts anew, in the colours of the theme. */
export function redrawCharts() {
  charts.forEach(chart => chart.draw());
}

/** Lets go of all charts, when their view goes. */
export function disposeCharts() {
  charts.forEach(chart => chart.dispose());
  charts.clear();
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function tick(value) {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/** The ground between two lines. Stacked areas would add up the steps, too. */
function area(band, fill) {
  return {
    type: 'custom', data: [0], silent: true, z: 1, tooltip: {show: false},
    renderItem: (params, api) => ({
      type: 'polygon', style: {fill, opacity: 0.18},
      shape: {points: [...band.map(([step, low]) => api.coord([step, low])),
        ...band.slice().reverse().map(([step, low, high]) => api.coord([step, high]))]},
    }),
  };
}

/**
 * A card with a chart. Its set(series) takes a list of {name, points: [[step, value]...], band: [[step, low, high]...],
 * dots}; without points it says the given text.
 */
export class Chart {
  constructor({title, unit, format, axis, none}) {
    Object.assign(this, {title, unit, format, axis: axis || tick, none: none || 'Nothing measured yet.', series: [], at: -1});
    this.now = h('p', {class: 'now'});
    this.canvas = h('div', {class: 'canvas', tabindex: 0, role: 'img', onkeydown: event => this.walk(event)});
    this.said = h('p', {class: 'said', 'aria-live': 'polite'});
    this.empty = h('p', {class: 'empty'}, this.none);
    this.rows = h('div');
    this.more = h('details', {ontoggle: () => this.list()}, h('summary', {}, 'Table'), this.rows);
    this.element = h('section', {class: 'card chart', 'aria-label': title},
      h('div', {class: 'chart-head'}, h('h2', {}, title, h('small', {}, unit)), this.now),
      this.empty, this.canvas, this.said, this.more);
    this.observer = new ResizeObserver(() => this.drawn && this.drawn.resize());
    this.observer.observe(this.canvas);
    charts.add(this);
  }

  set(series) {
    this.series = series.filter(one => one.points.length);
    const any = this.series.length > 0;
    this.empty.hidden = any;
    this.canvas.hidden = !any;
    this.more.hidden = !any;
    fill(this.now, this.series.map((one, i) => h('span', {},
      h('span', {class: `key key${i}`, 'aria-hidden': true}),
      this.series.length > 1 ? `${one.name} ` : null,
      h('b', {}, this.format(one.points[one.points.length - 1][1])))));
    if (any) {
      this.canvas.setAttribute('aria-label', this.summary());
      this.draw();
      this.list();
    }
  }

  summary() {
    const parts = this.series.map(one => {
      const [first, last] = [one.points[0], one.points[one.points.length - 1]];
      return `${one.name} from ${this.format(first[1])} at step ${count(first[0])} to ${this.format(last[1])} at step `
        + count(last[0]);
    });
    return `${this.title}: ${parts.join('; ')}. Arrow keys walk through the points.`;
  }

  draw() {
    if (!this.series.length || !this.canvas.isConnected) {
      return;
    }
    if (!this.drawn) {
      this.drawn = echarts.init(this.canvas, null, {renderer: 'canvas'});
    }
    this.drawn.setOption(this.option(), {notMerge: true});
  }

  option() {
    const [text, line, surface] = [colour('--muted'), colour('--line'), colour('--surface')];
    const band = this.series.find(one => one.band);
    const series = this.series.map((one, i) => ({
      name: one.name, type: 'line', data: one.points, symbol: SYMBOLS[i % 3],
      showSymbol: Boolean(one.dots) || one.points.length < 3, symbolSize: 7, sampling: 'lttb',
      color: colour(`--series${i}`), lineStyle: {width: 2, type: LINES[i % 3]}, emphasis: {disabled: true}, z: 3,
    }));
    if (band && band.band.some(([, low, high]) => high > low)) {
      series.push(area(band.band, colour('--series0')));
    }
    return {
      animation: false,
      grid: {left: 8, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel'},
      xAxis: {
        type: 'value', min: 'dataMin', max: 'dataMax', axisLabel: {color: text, hideOverlap: true, formatter: count},
        axisLine: {lineStyle: {color: line}}, splitLine: {show: false}, minInterval: 1,
      },
      yAxis: {
        type: 'value', scale: true, axisLabel: {color: text, formatter: this.axis}, splitNumber: 4,
        splitLine: {lineStyle: {color: line}},
      },
      tooltip: {
        trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: surface, borderColor: line,
        textStyle: {color: colour('--text'), fontSize: 12},
        formatter: points => [`step ${count(points[0].axisValue)}`, ...points
          .filter(point => point.seriesType === 'line')
          .map(point => `${point.seriesName}  ${this.format(point.value[1])}`)].join('\n'),
      },
      series,
    };
  }

  walk(event) {
    const most = this.series[0].points.length - 1;
    const to = {ArrowLeft: this.at - 1, ArrowRight: this.at + 1, Home: 0, End: most}[event.key];
    if (to === undefined) {
      return;
    }
    event.preventDefault();
    this.at = Math.min(most, Math.max(0, to));
    const [step, value] = this.series[0].points[this.at];
    this.drawn.dispatchAction({type: 'showTip', seriesIndex: 0, dataIndex: this.at});
    this.said.textContent = `Step ${count(step)}: ${this.series[0].name} ${this.format(value)}`;
  }

  list() {
    if (!this.more.open || !this.series.length) {
      return;
    }
    const longest = this.series.reduce((one, other) => other.points.length > one.points.length ? other : one);
    const stride = Math.max(1, Math.ceil(longest.points.length / MOST_ROWS));
    const steps = longest.points.map(point => point[0])
      .filter((step, i, all) => i % stride === 0 || i === all.length - 1);
    const values = this.series.map(one => new Map(one.points));
    fill(this.rows, table(this.title, [{title: 'Step', number: true},
      ...this.series.map(one => ({title: one.name, number: true}))],
    steps.map(step => [count(step), ...values.map(of => of.has(step) ? this.format(of.get(step)) : '–')])));
  }

  dispose() {
    this.observer.disconnect();
    if (this.drawn) {
      this.drawn.dispose();
    }
  }
}

/** Points of a metric out of columns; steps at which it was not measured are left out. */
export function points(columns, metric, which = 'mean') {
  const values = columns.metrics[metric];
  return values ? columns.last.map((step, i) => [step, values[which][i]]).filter(point => point[1] !== null) : [];
}

/** Least and greatest of a metric, where neighbouring steps share a point. */
export function band(columns, metric) {
  const values = columns.metrics[metric];
  return values ? columns.last.map((step, i) => [step, values.min[i], values.max[i]])
    .filter(point => point[1] !== null) : [];
}
