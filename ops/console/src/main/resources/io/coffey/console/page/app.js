// SPDX-License-Identifier: Apache-2.0
// The frame: which view is shown, how the run is, which theme. A view is {title, show(main, words, query, run)}, which
// returns an update function, called every few seconds while the view is shown, or nothing.

import {ask, Lost} from './api.js';
import {fill, h} from './dom.js';
import {count} from './format.js';
import {redrawCharts, disposeCharts} from './charts.js';
import {curvesView} from './curves.js';
import {lettersView} from './letters.js';
import {loopView} from './loop.js';
import {stepsView} from './steps.js';
import {trajectoriesView} from './trajectories.js';

const VIEWS = {
  loop: {label: 'Loop', show: loopView, every: 2000},
  curves: {label: 'Curves', show: curvesView, every: 4000},
  trajectories: {label: 'Trajectories', show: trajectoriesView, every: 0},
  steps: {label: 'Steps', show: stepsView, every: 4000},
  'dead-letters': {label: 'Dead letters', show: lettersView, every: 10000},
};

const main = document.getElementById('main');
const banner = document.getElementById('banner');
const state = document.getElementById('state');
let run = null;
let shown = 0;
let timer = 0;

function place() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const words = path.split('/').filter(Boolean).map(decodeURIComponent);
  const name = VIEWS[words[0]] ? words[0] : 'loop';
  return {name, words: words.slice(1), query: Object.fromEntries(new URLSearchParams(query))};
}

function trouble(error) {
  banner.textContent = error ? error.message : '';
  banner.hidden = !error;
  if (error instanceof Lost) {
    setState('lost', 'no answer');
  }
}

function setState(kind, text) {
  if (state.dataset.kind !== kind || state.textContent !== text) {
    state.dataset.kind = kind;
    state.textContent = text;
  }
}

async function show(focus) {
  const turn = ++shown;
  clearTimeout(timer);
  const {name, words, query} = place();
  const view = VIEWS[name];
  document.title = `${view.label} · ${run ? run.run : 'Coffey'}`;
  for (const link of document.querySelectorAll('#views a')) {
    link.toggleAttribute('data-current', link.dataset.view === name);
    link.dataset.view === name ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  disposeCharts();
  fill(main);
  if (focus) {
    main.focus({preventScroll: true});
    scrollTo(0, 0);
  }
  let update;
  try {
    update = await view.show(main, words, query, run);
    if (turn === shown) {
      trouble(null);
    }
  } catch (error) {
    report(error, turn);
  }
  const again = async () => {
    if (turn !== shown) {
      return;
    }
    if (!document.hidden) {
      try {
        await refreshRun();
        if (turn === shown && update) {
          await update();
        }
        if (turn === shown) {
          trouble(null);
        }
      } catch (error) {
        report(error, turn);
      }
    }
    if (turn === shown) {
      timer = setTimeout(again, view.every || 5000);
    }
  };
  timer = setTimeout(again, view.every || 5000);
}

/** What the server says is shown; what is wrong with this page is for its developers, too. */
function report(error, turn) {
  if (turn === shown) {
    trouble(error);
  }
  if (error instanceof TypeError || error instanceof ReferenceError) {
    console.error(error);
  }
}

async function refreshRun() {
  run = await ask('run');
  document.getElementById('run').textContent = run.run;
  if (run.problem) {
    setState('failed', 'stopped');
    throw new Error(`The curves cannot be read for now and are tried again: ${run.problem}`);
  }
  setState(run.caughtUp ? 'live' : 'reading', run.caughtUp ? 'connected' : 'reading the log');
  fill(document.getElementById('footer'),
    h('span', {}, `coffey ${run.version}`), h('span', {}, `broker ${run.broker}`),
    run.opening ? h('span', {}, `objective ${run.opening.objective}`) : null,
    run.opening ? h('span', {}, `seed ${count(run.opening.seed)}`) : null,
    h('span', {}, 'this page only reads'));
}

function theme(name) {
  name === 'system' ? delete document.documentElement.dataset.theme : document.documentElement.dataset.theme = name;
  redrawCharts();
}

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch (denied) {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (denied) {
    // A browser that keeps nothing forgets the theme, too.
  }
}

const chooser = document.getElementById('theme');
chooser.value = remembered('coffey-theme') || 'system';
chooser.addEventListener('change', () => {
  remember('coffey-theme', chooser.value);
  theme(chooser.value);
});
theme(chooser.value);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawCharts);

fill(document.getElementById('views'), Object.entries(VIEWS)
  .map(([name, view]) => h('a', {href: `#/${name}`, 'data-view': name}, view.label)));
document.getElementById('skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', () => show(true));
try {
  await refreshRun();
} catch (error) {
  trouble(error);
}
show(false);
