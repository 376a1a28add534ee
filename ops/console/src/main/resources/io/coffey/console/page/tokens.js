// SPDX-License-Identifier: Apache-2.0
// Tokens in the colour of their reward, with signs for those who do not see colours.

import {h} from './dom.js';
import {signed} from './format.js';

/** From agreement to clear disagreement, as the command line has it. */
const LIMITS = [0.1, 0.5, 2];

/** How strongly a reward speaks: -3 to 3. */
export function level(reward) {
  if (reward === null || reward === undefined) {
    return 0;
  }
  const strength = LIMITS.filter(limit => Math.abs(reward) >= limit).length;
  return reward < 0 ? -strength : strength;
}

/** A piece of text that can be seen. */
export function visible(piece) {
  if (piece === '') {
    return '◌';
  }
  return /^[ \t]+$/.test(piece) ? '␣'.repeat(piece.length) : piece.replace(/\n/g, '↵\n');
}

/** Tokens without any behaviour. */
export function plainTokens(view) {
  const rewards = rewardsOf(view);
  return view.pieces.map((piece, i) => h('span', {class: 'token', 'data-level': level(rewards[i])}, visible(piece)));
}

/** Rewards by the first teacher. */
export function rewardsOf(view) {
  return view.teachers && view.teachers.length ? view.teachers[0].rewards : [];
}

export function legend() {
  const word = {'-3': 'below −2', '-2': 'below −0.5', '-1': 'below −0.1', 0: 'agree', 1: 'above 0.1', 2: 'above 0.5',
    3: 'above 2'};
  return h('p', {class: 'legend'}, 'Reward, teacher less student, nats: ',
    [-3, -2, -1, 0, 1, 2, 3].map(one => [h('span', {class: 'token', 'data-level': one}, word[one]), ' ']),
    'Dotted: the teacher finds it less likely. Underlined: more.');
}

/** What a screen reader says of a token. */
export function spoken(piece, i, length, reward) {
  return `token ${i + 1} of ${length}: ${piece.trim() === '' ? 'white space' : piece}, reward ${signed(reward)}`;
}
