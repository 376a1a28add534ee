// SPDX-License-Identifier: Apache-2.0
// What the page asks of its server.

/** Asks; throws an Error whose message can be shown. */
export async function ask(path, query = {}) {
  const words = new URLSearchParams(query).toString();
  let response;
  try {
    response = await fetch(`api/${path}${words ? `?${words}` : ''}`);
  } catch (lost) {
    throw new Lost();
  }
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.problem || `the console answered ${response.status}`);
  }
  return answer;
}

/** The server did not answer at all. */
export class Lost extends Error {
  constructor() {
    super('The console does not answer: the run, or the command that served this page, has ended. '
      + 'What you see is the last that was read.');
  }
}
