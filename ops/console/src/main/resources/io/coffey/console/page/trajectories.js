// SPDX-License-Identifier: Apache-2.0
// Sampled trajectories, token by token.

import {ask} from './api.js';
import {facts, fill, h, table} from './dom.js';
import {digest, measure, probability, signed, time} from './format.js';
import {legend, level, plainTokens, rewardsOf, spoken, visible} from './tokens.js';

export async function trajectoriesView(main, words, query) {
  const list = h('ol', {class: 'samples', 'aria-label': 'Trajectories'});
  const detail = h('section', {class: 'card detail'}, h('p', {class: 'empty'}, 'reading …'));
  const prompt = h('input', {id: 'prompt', name: 'prompt', value: query.prompt || '', autocomplete: 'off',
    spellcheck: 'false'});
  const chosen = words.length === 2 ? {partition: words[0], offset: words[1]} : null;
  const suffix = query.prompt ? `?prompt=${encodeURIComponent(query.prompt)}` : '';
  const form = h('form', {class: 'bar', onsubmit: event => {
    event.preventDefault();
    const wanted = prompt.value.trim();
    location.hash = wanted ? `#/trajectories?prompt=${encodeURIComponent(wanted)}` : '#/trajectories';
  }}, h('label', {for: 'prompt'}, 'Prompt id'), prompt, h('button', {}, 'Show'),
  h('button', {type: 'button', onclick: () => {
    if (query.prompt) {
      location.hash = '#/trajectories';
    } else {
      load();
    }
  }}, 'Newest'));
  fill(main, h('h1', {}, 'Trajectories'), form, legend(),
    h('div', {class: 'split'}, h('div', {class: 'side'}, list), detail));

  async function load() {
    fill(list, h('li', {class: 'empty'}, 'reading …'));
    const views = await ask('trajectories', query.prompt ? {prompt: query.prompt, count: 50} : {count: 30});
    fill(list, views.length ? views.map(view => h('li', {}, sample(view, chosen, suffix)))
      : h('li', {class: 'empty'}, query.prompt ? 'No trajectory of this prompt was scored.'
        : 'No trajectory was scored yet.'));
    if (!chosen) {
      const first = views.find(view => !view.trouble);
      first ? await open(first.partition, first.offset) : fill(detail, h('p', {class: 'empty'}, 'Nothing to show.'));
    }
  }

  async function open(partition, offset) {
    const view = await ask('trajectory', {partition, offset});
    fill(detail, inspect(view));
  }

  if (chosen) {
    await open(chosen.partition, chosen.offset);
  }
  await load();
}

function sample(view, chosen, suffix) {
  const place = `${view.partition}@${view.offset}`;
  if (view.trouble) {
    return h('p', {class: 'trouble'}, `Record ${place} cannot be shown: ${view.trouble}`);
  }
  const current = chosen && `${chosen.partition}@${chosen.offset}` === place;
  const reward = view.teachers.length ? view.teachers[0].meanReward : null;
  return h('a', {href: `#/trajectories/${view.partition}/${view.offset}${suffix}`, 'aria-current': current && 'true'},
    h('span', {class: 'text prompt'}, view.prompt),
    h('span', {class: 'text'}, view.failure ? `failed: ${view.failure}` : plainTokens(view)),
    h('span', {class: 'meta'}, `reward ${signed(reward)} · ${view.tokens.length} tokens · version ${
      view.versions.map(one => one.version).join(', ') || '–'} · ${view.finishReason.toLowerCase()}`));
}

/** A trajectory with a token under the magnifying glass. */
function inspect(view) {
  if (view.trouble) {
    return h('p', {class: 'trouble'}, `Record ${view.partition}@${view.offset} cannot be shown: ${view.trouble}`);
  }
  const rewards = rewardsOf(view);
  const glass = h('div', {class: 'glass', 'aria-live': 'polite'});
  const tokens = view.pieces.map((piece, i) => h('button', {
    type: 'button', class: 'token', 'data-level': level(rewards[i]), tabindex: i === 0 ? 0 : -1,
    'aria-label': spoken(piece, i, view.pieces.length, rewards[i]),
    onfocus: () => look(i), onmouseenter: () => look(i), onclick: () => look(i),
    onkeydown: event => walk(event, i),
  }, visible(piece)));

  function look(i) {
    tokens.forEach((token, at) => {
      token.tabIndex = at === i ? 0 : -1;
      token.toggleAttribute('data-looked-at', at === i);
    });
    fill(glass, magnified(view, i));
  }

  function walk(event, i) {
    const to = {ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: tokens.length - 1}[event.key];
    if (to !== undefined && tokens[to]) {
      event.preventDefault();
      tokens[to].focus();
    }
  }

  if (tokens.length) {
    // The one that the teacher liked least is the one to look at.
    look(rewards.length ? rewards.indexOf(Math.min(...rewards)) : 0);
  }
  const teacher = view.teachers[0];
  return [
    h('h2', {tabindex: -1}, `Trajectory ${view.trajectory}`),
    facts([
      ['prompt', h('a', {href: `#/trajectories?prompt=${encodeURIComponent(view.promptId)}`}, view.promptId)],
      ['policy version', view.versions.length ? view.versions.map((one, i) => [i ? ', ' : '',
        h('a', {href: `#/steps/${one.version}`}, one.version),
        view.versions.length > 1 ? ` × ${one.tokens}` : '']) : '–'],
      ['teacher', teacher ? `${teacher.teacher} @ ${digest(teacher.revision)}` : null],
      ['reward', teacher ? `${signed(teacher.meanReward)} nats a token` : null],
      ['teacher entropy', teacher && teacher.meanEntropy !== null ? `${measure(teacher.meanEntropy)} nats` : null],
      ['ended by', view.finishReason.toLowerCase()],
      ['origin', view.origin.toLowerCase()],
      ['record', `partition ${view.partition}, offset ${view.offset}`],
      ['scored', time(view.millis)],
    ]),
    view.failure ? h('p', {class: 'trouble'}, `Failed: ${view.failure}`) : null,
    h('h3', {}, 'Prompt'), h('p', {class: 'text prompt'}, view.prompt),
    h('h3', {}, 'Completion'),
    h('p', {class: 'hint'}, 'Hover over a token, or focus it and use the arrow keys.'),
    h('div', {class: 'text tokens', role: 'group', 'aria-label': 'Tokens of the completion'}, tokens),
    view.preferred === undefined ? null : [h('h3', {}, 'Preferred by the teacher'),
      h('p', {class: 'text prompt'}, view.preferred)],
    glass,
  ];
}

function magnified(view, i) {
  const reward = rewardsOf(view)[i];
  const student = view.behaviorLogProbs[i];
  const teacher = reward === undefined ? null : student + reward;
  const others = view.alternatives ? view.alternatives[i] : [];
  return [
    h('h3', {}, `Token ${i + 1} of ${view.pieces.length} `, h('code', {}, visible(view.pieces[i]))),
    facts([
      ['student', probability(student)],
      ['teacher', teacher === null ? '–' : probability(teacher)],
      ['reward', reward === undefined ? '–' : `${signed(reward)} nats`],
      ['token id', view.tokens[i]],
    ]),
    others.length ? table('Alternatives at this position', [
      {title: 'Token'}, {title: 'Student', number: true}, {title: '', minor: true},
      {title: 'Teacher', number: true}, {title: '', minor: true}],
    others.map(other => [
      h('code', {class: other.id === view.tokens[i] ? 'sampled' : null}, visible(other.text),
        other.id === view.tokens[i] ? h('small', {}, ' sampled') : null),
      probability(other.student), bar(other.student, 'student'),
      probability(other.teacher), bar(other.teacher, 'teacher')]))
      : h('p', {class: 'empty'}, 'The record carries no alternatives: the objective of this run needs none.'),
  ];
}

function bar(logProb, whose) {
  const inner = h('span', {class: `fill ${whose}`});
  inner.style.width = logProb === null ? '0' : `${Math.max(0.5, 100 * Math.exp(logProb))}%`;
  return h('span', {class: 'meter', 'aria-hidden': 'true'}, inner);
}
