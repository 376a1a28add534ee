// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

final class FakeTeacherTest extends TeacherContract {

    @Override
    Teacher teacher() {
        return new FakeTeacher();
    }
}
