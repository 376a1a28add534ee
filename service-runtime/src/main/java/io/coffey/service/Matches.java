// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The pattern a text setting must match. Checked by {@link SettingsLoader} together with everything else. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Matches {
    /** Regular expression of the whole value. */
    String value();

    /** The pattern in words, after "expected". */
    String words();
}
