// SPDX-License-Identifier: Apache-2.0
// Training steps: lines of the ledger, and for one of them every record it trained.

import {ask} from './api.js';
import {facts, fill, h, table} from './dom.js';
import {column, count, digest, measure, signed, time} from './format.js';

const PAGE = 25;

export function stepsView(main, words, query) {
  return words.length ? oneStep(main, Number(words[0])) : listOfSteps(main, query);
}

async function listOfSteps(main, query) {
  const holder = h('div');
  const wanted = h('input', {id: 'step', inputmode: 'numeric', autocomplete: 'off'});
  const form = h('form', {class: 'bar', onsubmit: event => {
    event.preventDefault();
    if (/^\d+$/.test(wanted.value.trim())) {
      location.hash = `#/steps/${wanted.value.trim()}`;
    }
  }}, h('label', {for: 'step'}, 'Step'), wanted, h('button', {}, 'Open'));
  fill(main, h('h1', {}, 'Training steps'), form, holder);

  async function update() {
    const {newest, steps} = await ask('steps', query.to ? {to: query.to, count: PAGE} : {count: PAGE});
    if (!steps.length) {
      fill(holder, h('p', {class: 'empty'}, 'No step was taken yet.'));
      return;
    }
    const [first, last] = [steps[0].step, steps[steps.length - 1].step];
    const rows = steps.slice().reverse().map(step => [
      h('a', {href: `#/steps/${step.step}`}, count(step.step)),
      time(step.millis), count(step.policyVersionOut), column(step.metrics.reverseKl, 4),
      signed(step.metrics.logRatio), column(step.metrics.completionLength, 1), column(step.metrics.staleness, 2),
      count(step.trained), count(step.dropped)]);
    const held = document.activeElement && holder.contains(document.activeElement)
      ? document.activeElement.getAttribute('href') : null;
    fill(holder, table('Training steps', [
      {title: 'Step', number: true}, {title: 'Time', minor: true}, {title: 'Version', number: true, minor: true},
      {title: 'Reverse KL', number: true}, {title: 'Reward', number: true},
      {title: 'Length', number: true, minor: true}, {title: 'Staleness', number: true, minor: true},
      {title: 'Trained', number: true}, {title: 'Dropped', number: true, minor: true}], rows),
    h('p', {class: 'pager'},
      last < newest ? h('a', {href: last + PAGE >= newest ? '#/steps' : `#/steps?to=${last + PAGE}`}, '← newer') : h('span'),
      h('span', {}, `${count(first)} to ${count(last)} of ${count(newest)}`),
      first > 1 ? h('a', {href: `#/steps?to=${first - 1}`}, 'older →') : h('span')));
    const again = held && [...holder.querySelectorAll('a')].find(link => link.getAttribute('href') === held);
    if (again) {
      again.focus();
    }
  }

  await update();
  return update;
}

async function oneStep(main, number) {
  fill(main, h('h1', {}, `Step ${count(number)}`), h('p', {class: 'empty'}, 'reading its records …'));
  const step = await ask('step', {step: number});
  fill(main,
    h('p', {class: 'pager'}, number > 0 ? h('a', {href: `#/steps/${number - 1}`}, `← step ${count(number - 1)}`) : h('span'),
      h('a', {href: '#/steps'}, 'all steps'), number < step.newest ? h('a', {href: `#/steps/${number + 1}`}, `step ${count(number + 1)} →`) : h('span')),
    h('h1', {}, `Step ${count(number)}`),
    verdict(step),
    h('div', {class: 'columns'},
      h('section', {class: 'card'}, h('h2', {}, 'Ledger'), facts([
        ['written', time(step.millis)],
        ['weights before', h('code', {}, digest(step.digestBefore))],
        ['weights after', h('code', {}, digest(step.digestAfter))],
        ['policy version', `${count(step.policyVersionIn)} → ${count(step.policyVersionOut)}`],
        ['objective', step.objective],
        ['seed', String(step.seed)],
        ['settings', h('code', {}, digest(step.settingsHash))],
        ['requests dispatched', count(step.requestsDispatched)],
        ['ledger', `${step.ledgerTopic} at ${count(step.ledgerOffset)}`],
        ...Object.entries(step.teacherRevisions).map(([teacher, revision]) => [`teacher ${teacher}`,
          h('code', {}, digest(revision))]),
      ])),
      h('section', {class: 'card'}, h('h2', {}, 'Metrics'), facts(Object.entries(step.metrics)
        .map(([name, value]) => [name, measure(value)]), 'facts metrics'))),
    Object.keys(step.settings).length ? h('section', {class: 'card'}, h('h2', {}, 'Settings that decide the result'),
      facts(Object.entries(step.settings), 'facts metrics')) : null,
    h('section', {class: 'card'}, h('h2', {}, `Records trained, in order (${count(step.trained.length)})`),
      step.trained.length ? records(step.trained, false) : h('p', {class: 'empty'}, 'None: this line opened the run.')),
    step.dropped.length ? h('section', {class: 'card'}, h('h2', {}, `Records dropped (${count(step.dropped.length)})`),
      records(step.dropped, true)) : null);
}

function verdict(step) {
  if (step.problems.length) {
    return h('div', {class: 'verdict bad'}, h('p', {}, h('b', {}, '✗ The log does not have what this step trained.')),
      h('ul', {}, step.problems.map(problem => h('li', {}, problem))));
  }
  return h('p', {class: 'verdict good'}, step.trained.length
    ? `✓ All ${count(step.trained.length)} records are in the log as they were trained, and the step continues the one before it.`
    : '✓ The line is in order.');
}

function records(all, dropped) {
  return table(dropped ? 'Records dropped' : 'Records trained', [
    {title: 'Trajectory'}, {title: 'Prompt'}, {title: 'Version', number: true}, {title: 'Teacher', minor: true},
    {title: 'Tokens', number: true, minor: true}, {title: dropped ? 'Why' : 'Checksum', minor: !dropped}],
  all.map(record => [
    h('a', {href: `#/trajectories/${record.partition}/${record.offset}`}, record.trajectory || 'unknown'),
    record.promptId ? h('a', {href: `#/trajectories?prompt=${encodeURIComponent(record.promptId)}`}, record.promptId) : '–',
    record.versions ? record.versions.map((one, i) => [i ? ', ' : '',
      h('a', {href: `#/steps/${one.version}`}, count(one.version))]) : '–',
    record.teachers && record.teachers.length ? record.teachers.map(one => `${one.teacher} @ ${digest(one.revision)}`)
      .join(', ') : '–',
    count(record.tokens),
    dropped ? record.dropped.toLowerCase() : record.problem ? h('b', {class: 'bad'}, record.problem)
      : h('code', {}, record.checksum)]));
}
