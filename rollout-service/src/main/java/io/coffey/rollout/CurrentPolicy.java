// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The admission rule: which weights the engine runs, and whether the request at the head of the queue may start.
 *
 * <p>A request that names a version exactly starts with that version only and holds the engine to it until it ends; one
 * that names a least version starts with the newest there is, and newer weights replace the old ones under its hands.
 * The head of the queue decides where the engine goes, also backwards when an older request is redone; what is in
 * flight decides when. A version whose weights could not be had is never used: requests that need it are refused, so
 * that their credit returns.
 *
 * <p>Holds no weights and does nothing itself. Not thread-safe.
 */
public final class CurrentPolicy {

    /**
     * Announcements remembered; a request that names an older version is refused. Version 0 is never forgotten: whoever
     * compares with the student before training asks for it until the end.
     */
    static final int REMEMBERED = 1000;

    private final TreeMap<Long, PolicyVersion> usable = new TreeMap<>();
    private final TreeMap<Long, String> refused = new TreeMap<>();
    private final Map<Long, RolloutRequest> inFlight = new HashMap<>();
    private long newestAnnounced = -1;
    private @Nullable Long serving;

    /** Notes a published version. */
    public void announced(PolicyVersion policy) {
        usable.put(policy.version(), policy);
        refused.remove(policy.version());
        newestAnnounced = Math.max(newestAnnounced, policy.version());
        trim(usable);
    }

    /** Notes that the weights of an announced version cannot be used. */
    public void refused(long version, String reason) {
        usable.remove(version);
        refused.put(version, reason);
        trim(refused);
    }

    /** Notes that the engine runs this version. */
    public void serving(long version) {
        serving = version;
    }

    /** The version that the engine runs; absent before the first. */
    public @Nullable Long serving() {
        return serving;
    }

    /** Notes that a request started. */
    public void started(long ticket, RolloutRequest request) {
        inFlight.put(ticket, request);
    }

    /** Notes that a request ended, by whatever way. */
    public void ended(long ticket) {
        inFlight.remove(ticket);
    }

    /** Decides what comes next, given the head of the queue or null when the queue is empty. */
    public Decision decide(@Nullable RolloutRequest head) {
        if (head == null) {
            return newestIfFree();
        }
        return head.versionRule() == VersionRule.EXACT ? exactly(head) : atLeast(head);
    }

    private Decision newestIfFree() {
        PolicyVersion newest = newest();
        return newest != null && !isServing(newest) && movable(newest)
                ? new Decision.Move(newest)
                : new Decision.Wait();
    }

    private Decision exactly(RolloutRequest head) {
        PolicyVersion wanted = usable.get(head.policyVersion());
        if (wanted != null) {
            return admitOrMove(wanted);
        }
        return newestAnnounced >= head.policyVersion() ? refuse(head) : new Decision.Wait();
    }

    private Decision atLeast(RolloutRequest head) {
        PolicyVersion newest = newest();
        if (newest == null || newest.version() < head.policyVersion()) {
            return newestAnnounced >= head.policyVersion() ? refuse(head) : new Decision.Wait();
        }
        Decision decision = admitOrMove(newest);
        boolean held = decision instanceof Decision.Wait;
        return held && serving != null && serving >= head.policyVersion() ? new Decision.Admit() : decision;
    }

    private Decision admitOrMove(PolicyVersion wanted) {
        if (isServing(wanted)) {
            return new Decision.Admit();
        }
        return movable(wanted) ? new Decision.Move(wanted) : new Decision.Wait();
    }

    private Decision refuse(RolloutRequest head) {
        String reason = refused.get(head.policyVersion());
        return new Decision.Refuse(
                reason != null
                        ? reason
                        : "request %d needs policy version %s%d, which is no longer announced; the newest is %d"
                                .formatted(
                                        head.number(),
                                        head.versionRule() == VersionRule.EXACT ? "" : "at least ",
                                        head.policyVersion(),
                                        newestAnnounced));
    }

    private @Nullable PolicyVersion newest() {
        return usable.isEmpty() ? null : usable.lastEntry().getValue();
    }

    private boolean isServing(PolicyVersion policy) {
        return serving != null && serving == policy.version();
    }

    private boolean movable(PolicyVersion policy) {
        for (RolloutRequest request : inFlight.values()) {
            if (!accepts(request, policy.version())) {
                return false;
            }
        }
        return true;
    }

    private static boolean accepts(RolloutRequest request, long version) {
        return request.versionRule() == VersionRule.EXACT
                ? version == request.policyVersion()
                : version >= request.policyVersion();
    }

    private static void trim(NavigableMap<Long, ?> versions) {
        if (versions.size() > REMEMBERED + 1) {
            versions.remove(versions.higherKey(0L));
        }
    }
}
