// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

/**
 * The value of what does not exist: empty as text, false, and an error where it is used as anything else.
 *
 * @param what how an error calls it
 */
record Undefined(String what) {

    TemplateException problem() {
        return TemplateException.of(what + " is undefined");
    }

    @Override
    public String toString() {
        return "";
    }
}
