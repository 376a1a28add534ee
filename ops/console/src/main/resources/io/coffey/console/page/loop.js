// SPDX-License-Identifier: Apache-2.0
// The loop: who hands what to whom, how much waits there, how fast it goes, and with which weights.

import {ask} from './api.js';
import {CARDS, draw} from './curves.js';
import {facts, fill, h} from './dom.js';
import {ago, count, measure, rate} from './format.js';

const TRANSPORTS = [
  {name: 'trajectories', from: 'rollout', to: 'scorer', area: 'sampled'},
  {name: 'scored-trajectories', from: 'scorer', to: 'trainer', area: 'scored'},
];

const ROLES = {
  rollout: 'samples completions',
  scorer: 'asks the teacher',
  trainer: 'takes optimiser steps',
};

export async function loopView(main, words, query, run) {
  const tiles = h('div', {class: 'tiles'});
  const loop = h('div', {class: 'loop', role: 'group', 'aria-label': 'The loop of the run'});
  const cards = [CARDS.reverseKl(), CARDS.accuracy()];
  fill(main, h('h1', {}, 'Loop'), tiles, loop,
    h('div', {class: 'cards'}, cards.map(card => card.chart.element)));

  async function update() {
    const [now] = await Promise.all([ask('loop'),
      draw(cards, ['reverseKl', 'accuracyGreedy', 'accuracySampled'])]);
    if (now.problem) {
      throw new Error(now.problem);
    }
    fill(tiles, tilesOf(now));
    fill(loop, picture(now));
  }

  await update();
  return update;
}

function tilesOf(now) {
  const metrics = now.metrics || {};
  const letters = Object.values(now.deadLetters).reduce((sum, one) => sum + one, 0);
  const tile = (term, value, more, href) => h('div', {class: 'tile'},
    h('span', {class: 'term'}, term), h('span', {class: 'value'}, href ? h('a', {href}, value) : value),
    h('span', {class: 'more'}, more));
  return [
    tile('Step', count(now.step), now.writtenMillis ? ago(now.writtenMillis) : 'not begun', '#/steps'),
    tile('Speed', rate(now.stepsPerSecond), 'steps a second'),
    tile('Trained', rate(now.tokensPerSecond), `tokens a second · ${count(now.trainedTokens)} in all`),
    tile('Reverse KL', measure(metrics.reverseKl), 'nats per token', '#/curves'),
    tile('Staleness', measure(metrics.staleness), `steps · ${measure(metrics.maxStaleness)} at most`),
    tile('Dead letters', count(letters), letters ? 'to deal with' : 'none', '#/dead-letters'),
  ];
}

function picture(now) {
  const roles = now.roles;
  const longest = Object.entries(roles).reduce((most, [role, of]) => of.lag > most.lag ? {role, lag: of.lag} : most,
    {role: null, lag: 0});
  const versionOf = role => roles[role] && roles[role].version;
  const node = role => h('div', {class: 'node', 'data-area': role},
    h('h2', {}, role), h('p', {}, ROLES[role]),
    h('p', {class: 'version'}, versionOf(role) === undefined ? 'no version yet' : `version ${count(versionOf(role))}`,
      roles[role] && roles[role].behind ? ` · ${count(roles[role].behind)} behind` : ''));
  const arrow = (area, name, way, pairs, busy, badge) => h('div', {
    class: 'arrow', 'data-area': area, 'data-busy': busy ? 'yes' : 'no',
  }, h('p', {class: 'topic'}, name, h('span', {class: 'unseen'}, `, ${way}`), badge ? h('span', {class: 'badge'}, badge) : null),
  h('div', {class: 'wire', 'aria-hidden': 'true'}), facts(pairs, 'flow'));
  const queue = role => [
    ['waiting', count(roles[role] && roles[role].lag)],
    ['rate', `${rate(roles[role] && roles[role].takenPerSecond)}/s`],
  ];
  const badge = role => longest.role === role ? 'longest queue' : null;
  const moving = role => roles[role] && roles[role].takenPerSecond > 0;
  const published = versionOf('trainer');
  return [
    ...Object.keys(ROLES).map(node),
    ...TRANSPORTS.map(({name, from, to, area}) => arrow(area, name, `${from} to ${to}`,
      [...queue(to), ['version', count(versionOf(from))]], moving(to), badge(to))),
    h('div', {class: 'back'},
      arrow('weights', 'policy-weights', 'trainer to rollout', [
        ['behind', `${count(roles.rollout && roles.rollout.behind)}`],
        ['rate', `${rate(now.stepsPerSecond)}/s`],
        ['version', count(published)]], now.stepsPerSecond > 0),
      arrow('requests', 'rollout-requests', 'trainer to rollout',
        [...queue('rollout'), ['in flight', count(now.inFlight)]], moving('rollout'), badge('rollout'))),
  ];
}
