// SPDX-License-Identifier: Apache-2.0
// Curves of the run: what the ledger measured at every step, and what evaluations of held-out prompts found.

import {ask} from './api.js';
import {band, Chart, points} from './charts.js';
import {fill, h} from './dom.js';
import {measure, percent} from './format.js';

const METRICS = ['reverseKl', 'logRatio', 'accuracyGreedy', 'accuracySampled', 'studentEntropy', 'teacherEntropy',
  'completionLength', 'completionLengthP95', 'staleness', 'maxStaleness', 'gradientNorm', 'truncatedShare', 'loss'];

/** The cards that a view draws; asked for by name. */
export const CARDS = {
  reverseKl: () => ({
    chart: new Chart({title: 'Reverse KL', unit: 'nats per token', format: measure}),
    series: (steps, evaluations) => [
      {name: 'trained batch', points: points(steps, 'reverseKl'), band: band(steps, 'reverseKl')},
      {name: 'held out', points: points(evaluations, 'reverseKl'), dots: true}],
  }),
  reward: () => ({
    chart: new Chart({title: 'Reward', unit: 'log-ratio, nats per token', format: measure}),
    series: steps => [{name: 'trained batch', points: points(steps, 'logRatio'), band: band(steps, 'logRatio')}],
  }),
  accuracy: () => ({
    chart: new Chart({
      title: 'Accuracy', unit: 'share of held-out prompts', format: percent,
      axis: share => `${Math.round(100 * share)} %`,
      none: 'No accuracy: nothing was evaluated yet, or the run has no verifier.',
    }),
    series: (steps, evaluations) => [
      {name: 'greedy', points: points(evaluations, 'accuracyGreedy'), dots: true},
      {name: 'sampled', points: points(evaluations, 'accuracySampled'), dots: true}],
  }),
  entropy: () => ({
    chart: new Chart({title: 'Entropy', unit: 'nats per token', format: measure}),
    series: steps => [{name: 'student', points: points(steps, 'studentEntropy')},
      {name: 'teacher', points: points(steps, 'teacherEntropy')}],
  }),
  length: () => ({
    chart: new Chart({title: 'Length', unit: 'tokens of a completion', format: measure}),
    series: steps => [{name: 'mean', points: points(steps, 'completionLength')},
      {name: '95 % at most', points: points(steps, 'completionLengthP95')}],
  }),
  staleness: () => ({
    chart: new Chart({title: 'Staleness', unit: 'optimiser steps', format: measure}),
    series: steps => [{name: 'mean', points: points(steps, 'staleness')},
      {name: 'most', points: points(steps, 'maxStaleness', 'max')}],
  }),
};

/** Asks for metrics and draws them into cards. */
export async function draw(cards, metrics = METRICS) {
  const {steps, evaluations} = await ask('curves', {metrics: metrics.join(',')});
  cards.forEach(card => card.chart.set(card.series(steps, evaluations)));
  return steps;
}

export async function curvesView(main) {
  let other = 'gradientNorm';
  const cards = Object.values(CARDS).map(card => card());
  const anyMetric = new Chart({title: 'Any other metric', unit: 'as the ledger has it', format: measure});
  const chooser = h('select', {id: 'metric', onchange: () => {
    other = chooser.value;
    update();
  }});
  const cardOfAny = {
    chart: anyMetric,
    series: steps => [{name: other, points: points(steps, other), band: band(steps, other)}],
  };
  anyMetric.element.querySelector('.chart-head').after(
    h('label', {class: 'choice'}, 'Metric ', chooser));
  fill(main,
    h('h1', {}, 'Curves'),
    h('p', {class: 'hint'}, 'A point is one step, or the mean of neighbouring steps in a long run; the pale band is then ',
      'their least and greatest. Focus a chart and use the arrow keys, or open its table.'),
    h('div', {class: 'cards'}, [...cards, cardOfAny].map(card => card.chart.element)));

  async function update() {
    const steps = await draw([...cards, cardOfAny], [...new Set([...METRICS, other])]);
    if (chooser.options.length !== steps.names.length) {
      fill(chooser, steps.names.map(name => h('option', {value: name, selected: name === other}, name)));
    }
  }

  await update();
  return update;
}
