// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static io.coffey.it.Ended.mustEnd;

import org.junit.jupiter.api.Test;

/** A run whose log is no longer what it was says so in one line, and never trains something else in silence. */
class LostLogIT extends OnOneBroker {

    @Test
    void isRefusedWhereRetentionTookWhatItNeedsAndWhereTheTopicIsAnother() throws Exception {
        run(3).finish();
        Observer observer = new Observer(broker.bootstrapServers(), "lost");
        String scored = observer.topics().scoredTrajectories();

        observer.deleteBefore(scored, 0, 4);
        mustEnd(
                run(3).start("replay"),
                4,
                "topic lost.scored-trajectories partition 0 is needed from offset 0 but begins at 4: retention or a"
                        + " deletion took what the run still needs");
        mustEnd(
                run(3).start("export-run", "--out", directory.resolve("bundle")),
                4,
                "retention or a deletion took what the run was trained on, it can no longer be exported");

        observer.makeAnew(scored, 2);
        mustEnd(run(3).start("replay"), 4, "it was deleted and made anew; restore the topic or start a new run");
        mustEnd(run(5).start(), 4, "it was deleted and made anew; restore the topic or start a new run");
    }

    @Test
    void isRefusedWhereATopicIsAnotherThoughItIsAsLongAsItWas() throws Exception {
        run("anew", 3).finish();
        Observer observer = new Observer(broker.bootstrapServers(), "anew");
        String anew = ": it was deleted and made anew; restore the topic or start a new run";

        observer.makeAnew(observer.topics().trajectories(), 2);
        mustEnd(
                run("anew", 5).start(),
                4,
                "topic anew.trajectories was written to offset 0 in all, but the ledger counts 48 records of it"
                        + anew);

        observer.makeAnew(observer.topics().rolloutRequests(), 2);
        mustEnd(
                run("anew", 5).start(),
                4,
                "topic anew.rollout-requests was written to offset 0 in all, but the ledger counts ",
                anew);

        String scored = observer.topics().scoredTrajectories();
        observer.makeAnew(scored, 2);
        observer.writeAndAbort(scored, 0, 100);
        observer.writeAndAbort(scored, 1, 100);
        mustEnd(run("anew", 5).start(), 4, "is not the one that was trained (trajectory ", anew);
    }

    private static SumRun run(int steps) {
        return run("lost", steps);
    }

    private static SumRun run(String name, int steps) {
        return new SumRun(directory, name, steps).on(broker.bootstrapServers()).set("trainer.decayShare", "0");
    }
}
