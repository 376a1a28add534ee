// SPDX-License-Identifier: Apache-2.0
/**
 * The contract of the stream: which topics there are, how the values of {@code io.coffey.distillation.trajectory}
 * become bytes in them and back, and how published weights travel. The only package that sees Avro; the records it is
 * made of are generated into {@code io.coffey.schema} and never leave this package.
 *
 * <p>The services bring the Kafka clients and build on this package; it starts no threads and reads no settings.
 */
@NullMarked
package io.coffey.stream;

import org.jspecify.annotations.NullMarked;
