// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The interval a numeric setting must lie in, as mathematicians write it: {@code [1, inf)}, {@code (0, 1]}. Checked by
 * {@link SettingsLoader} together with everything else.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Range {
    /** The interval. */
    String value();
}
