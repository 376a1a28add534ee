// SPDX-License-Identifier: Apache-2.0
/** Who may do what on a cluster: the least that each process of a run needs, and the forms in which that is granted. */
@NullMarked
package io.coffey.cli.access;

import org.jspecify.annotations.NullMarked;
