// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import java.util.List;

/** A promise, with what there is to judge it by. */
public interface Guarantee {

    /** One line for each way in which it was broken; empty when it held. */
    List<String> violations();

    /** Its name in a verdict. */
    default String name() {
        return getClass().getSimpleName();
    }
}
