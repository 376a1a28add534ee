// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import org.jspecify.annotations.Nullable;

/** What a template can call. */
interface Function {

    @Nullable Object call(Arguments arguments);
}
