// SPDX-License-Identifier: Apache-2.0
/**
 * What could keep a run from going well, found before it does: machine, models, prompts, broker, access, topics, log.
 * Looks only; changes nothing on the broker and starts no training. Neighbour of {@code run}, whose ways of opening
 * things it uses.
 */
@NullMarked
package io.coffey.cli.doctor;

import org.jspecify.annotations.NullMarked;
