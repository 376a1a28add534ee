// SPDX-License-Identifier: Apache-2.0
// Elements. Whatever comes from a record becomes a text node or an attribute, never markup.

/** An element with attributes, listeners (onclick: f) and children: texts, numbers, elements, lists of them, null. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) {
      append(element, child);
    } else if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
}

/** Puts children in place of those that are there. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** A list of terms and what they are; pairs whose second is null are left out. */
export function facts(pairs, kind = 'facts') {
  return h('dl', {class: kind}, pairs.filter(pair => pair && pair[1] !== null && pair[1] !== undefined)
    .map(([term, what]) => h('div', {}, h('dt', {}, term), h('dd', {}, what))));
}

/** A table: columns are {title, number, minor}, rows are lists of cells. */
export function table(caption, columns, rows) {
  const kind = column => [column.number ? 'number' : '', column.minor ? 'minor' : ''].join(' ').trim() || null;
  return h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption},
    h('table', {},
      h('caption', {class: 'unseen'}, caption),
      h('thead', {}, h('tr', {}, columns.map(column => h('th', {scope: 'col', class: kind(column)}, column.title)))),
      h('tbody', {}, rows.map(row => h('tr', {}, row.map((cell, i) => h('td', {class: kind(columns[i])}, cell)))))));
}
