// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The ways of writing that decide offsets. Each waits until the broker has answered and gives the offsets of the
 * records, in their order.
 */
interface LogWriter {

    /** Records and nothing else. */
    List<Long> write(List<ProducerRecord<byte[], byte[]>> records);

    /** Records in one transaction, whose marker takes the next offset of each partition that has one of them. */
    List<Long> writeAndCommit(List<ProducerRecord<byte[], byte[]>> records);

    /** The same, aborted: nobody reads the records, and they and the marker keep their offsets. */
    List<Long> writeAndAbort(List<ProducerRecord<byte[], byte[]>> records);

    /** A record that is deleted at once, with everything before it in its partition. */
    long writeAndDelete(ProducerRecord<byte[], byte[]> record);
}
