// SPDX-License-Identifier: Apache-2.0
// Dead letters: records that nobody could use, why, and the command that tries them again.

import {ask} from './api.js';
import {fill, h} from './dom.js';
import {count, time} from './format.js';

export async function lettersView(main, words, query, run) {
  const holder = h('div');
  fill(main, h('h1', {}, 'Dead letters'),
    h('p', {class: 'hint'}, 'Records that nobody could use were set aside with their cause, and the run went on. ',
      'This page only reads: copy a command to try a record again when its cause is mended.'), holder);
  let before = '';

  async function update() {
    const letters = await ask('dead-letters', {count: 200});
    const now = JSON.stringify(letters);
    if (now === before) {
      return;
    }
    before = now;
    const open = letters.filter(letter => !letter.resolution);
    fill(holder, letters.length ? [
      h('p', {class: open.length ? 'verdict bad' : 'verdict good'}, open.length
        ? `✗ ${count(open.length)} to deal with` : '✓ All were dealt with',
      letters.length === 200 ? ', of the newest 200' : ''),
      h('ul', {class: 'letters'}, letters.map(letter => h('li', {class: 'card'},
        h('p', {class: 'cause'}, letter.cause),
        h('p', {class: 'meta'}, `${letter.letter} · from ${letter.topic || 'an unknown topic'} partition ${
          letter.partition} offset ${letter.offset} · value of ${count(letter.bytes)} B · ${time(Date.parse(letter.time))}`),
        letter.resolution ? h('p', {class: 'meta'}, `✓ dealt with: ${letter.resolution}`)
          : command(`./coffey dlq redrive ${run.file} ${letter.letter}`)))),
    ] : h('p', {class: 'verdict good'}, '✓ No dead letters.'));
  }

  await update();
  return update;
}

function command(words) {
  const text = h('code', {class: 'command', tabindex: 0}, words);
  const button = h('button', {type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(words);
      button.textContent = 'Copied';
    } catch (denied) {
      getSelection().selectAllChildren(text);
      button.textContent = 'Selected';
    }
  }}, 'Copy');
  return h('div', {class: 'run'}, text, button);
}
