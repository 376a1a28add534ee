// SPDX-License-Identifier: Apache-2.0
/**
 * What trained a step: the ledger's line and the scored records it names, fetched by partition and offset and held to
 * the ledger's checksums. Reads only. The package {@code trajectories} shows the same records to people.
 */
@NullMarked
package io.coffey.cli.audit;

import org.jspecify.annotations.NullMarked;
