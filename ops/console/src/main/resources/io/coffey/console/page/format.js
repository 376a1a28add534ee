// SPDX-License-Identifier: Apache-2.0
// Numbers and times as people read them.

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

/** A count. */
export function count(value) {
  return value === null || value === undefined ? '–' : whole.format(value);
}

/** A measurement with so many digits that two neighbours differ. */
export function measure(value) {
  if (typeof value === 'string') {
    return value;
  }
  if (value === null || value === undefined) {
    return '–';
  }
  const size = Math.abs(value);
  if (size === 0) {
    return '0';
  }
  if (size >= 10000) {
    return whole.format(value);
  }
  if (size < 0.001) {
    return minus(value.toExponential(1));
  }
  return minus(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4));
}

/** A measurement among others of its kind, one below the other. */
export function column(value, digits) {
  return value === null || value === undefined ? '–' : minus(value.toFixed(digits));
}

/** Events in a second. */
export function rate(value) {
  return value === null || value === undefined ? '–' : value >= 100 ? whole.format(value) : value.toFixed(1);
}

/** A share as a percentage. */
export function percent(share) {
  return share === null || share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** A probability from its logarithm. */
export function probability(logProb) {
  if (logProb === null || logProb === undefined) {
    return '–';
  }
  const p = Math.exp(logProb);
  return p >= 0.001 ? `${(100 * p).toFixed(1)} %` : '< 0.1 %';
}

/** With its sign, in nats. */
export function signed(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const text = Math.abs(value).toFixed(Math.abs(value) >= 10 ? 1 : 2);
  return Number(text) === 0 ? '0.00' : (value < 0 ? '−' : '+') + text;
}

/** A time of the day, with the date where that is not today's. */
export function time(millis) {
  if (!millis) {
    return '–';
  }
  const date = new Date(millis);
  const clock = date.toLocaleTimeString('en-GB');
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toLocaleDateString('en-CA')} ${clock}`;
}

/** How long ago. */
export function ago(millis) {
  const seconds = Math.max(0, Math.round((Date.now() - millis) / 1000));
  if (seconds < 60) {
    return `${seconds} s ago`;
  }
  return seconds < 5400 ? `${Math.round(seconds / 60)} min ago`
    : seconds < 129600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86400)} days ago`;
}

/** The beginning of a digest. */
export function digest(text) {
  return text ? text.slice(0, 12) : '–';
}

function minus(text) {
  return text.replace('-', '−');
}
