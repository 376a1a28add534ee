// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.broker.LocalCluster;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.cli.process.Signal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Does to the processes of a run what a fault says, and sees to it that the run can go on. */
final class Striker {

    /** Longer than a broker, and a member of a group, may be silent before it is taken for dead. */
    private static final Duration PAUSE = Duration.ofSeconds(9);

    private static final Duration FENCED_LIMIT = Duration.ofSeconds(30);

    private final LocalCluster cluster;
    private final Services services;
    private final Witness witness;
    private final LedgerLeader leader;

    Striker(LocalCluster cluster, Services services, Witness witness, LedgerLeader leader) {
        this.cluster = cluster;
        this.services = services;
        this.witness = witness;
        this.leader = leader;
    }

    /** Strikes, starts the victim again, and returns what is to be said of it; empty where there is nothing. */
    String strike(Fault fault, Duration limit) throws InterruptedException {
        boolean broker = fault.target() == Target.BROKER;
        return switch (fault.kind()) {
            case KILL -> broker ? killBroker(fault.choice() % cluster.size()) : killService(fault.target());
            case KILL_LEADER -> "the leader of the ledger, " + killBroker(leader.index());
            case KILL_ALL -> killAllBrokers();
            case PAUSE -> broker ? pauseBroker(fault) : makeZombie(fault.target(), limit);
        };
    }

    private String killService(Target target) throws InterruptedException {
        services.process(target).kill();
        services.start(target);
        return "";
    }

    private String killBroker(int index) {
        cluster.kill(index);
        cluster.start();
        return cluster.size() == 1 ? "" : "broker %d of %d".formatted(index + 1, cluster.size());
    }

    private String killAllBrokers() {
        cluster.killAll();
        cluster.start();
        return "all %d at once".formatted(cluster.size());
    }

    private String pauseBroker(Fault fault) throws InterruptedException {
        int index = fault.choice() % cluster.size();
        Signal.STOP.send(cluster.pid(index));
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } finally {
            Signal.CONT.send(cluster.pid(index));
        }
        return "paused for %d s".formatted(PAUSE.toSeconds());
    }

    /** The one that was paused wakes up when its successor has work: it must be fenced, and end. */
    private String makeZombie(Target target, Duration limit) throws InterruptedException {
        CoffeyProcess zombie = services.release(target);
        Signal.STOP.send(zombie.pid());
        try {
            services.start(target);
            witness.awaitStepAfter(witness.step() + 1, limit);
        } finally {
            Signal.CONT.send(zombie.pid());
        }
        long deadline = System.nanoTime() + FENCED_LIMIT.toNanos();
        while (zombie.isAlive() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        if (zombie.isAlive()) {
            zombie.kill();
            return "woke up as a zombie with nothing to write";
        }
        return "woke up as a zombie, was fenced and ended";
    }
}
