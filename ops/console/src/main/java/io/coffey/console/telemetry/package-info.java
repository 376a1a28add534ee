// SPDX-License-Identifier: Apache-2.0
/**
 * What the curves of a run need, kept by a Kafka Streams topology in stores of a fixed size and asked for by the page.
 */
@NullMarked
package io.coffey.console.telemetry;

import org.jspecify.annotations.NullMarked;
