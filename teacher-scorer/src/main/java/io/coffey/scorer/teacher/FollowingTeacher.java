// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.model.Weights;
import io.coffey.scorer.ScorerJob;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A teacher whose weights follow the student's. A trajectory is scored with the weights that belong to the newest
 * version that sampled it, not with whatever is newest when it comes by: so its scores are a function of the trajectory
 * and of what was published, whichever scorer makes them and whenever, and a run in lockstep repeats.
 */
public final class FollowingTeacher implements Teacher {

    /** Versions in memory at once; more than a staleness bound usually lets mix. */
    private static final int LOADED = 4;

    private final ScorerJob job;
    private final String tokenizerFingerprint;
    private final PublishedWeights published;
    private final Map<Long, LocalTeacher> loaded = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * A teacher of published weights.
     *
     * @param job network, tokenizer and what to attach
     * @param published the weights, closed with this
     */
    public FollowingTeacher(ScorerJob job, PublishedWeights published) {
        this.job = job;
        this.tokenizerFingerprint = job.model().tokenizer().fingerprint();
        this.published = published;
    }

    @Override
    public String id() {
        return job.settings().teacherId();
    }

    @Override
    public String tokenizerFingerprint() {
        return tokenizerFingerprint;
    }

    @Override
    public Optional<String> refusal(Reading reading) {
        try {
            return teacher(version(reading)).refusal(reading);
        } catch (UnscorableTrajectoryException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<TeacherScores> score(List<Reading> readings) {
        Map<Long, List<Integer>> byVersion = new TreeMap<>();
        for (int i = 0; i < readings.size(); i++) {
            byVersion
                    .computeIfAbsent(version(readings.get(i)), key -> new ArrayList<>())
                    .add(i);
        }
        TeacherScores[] scores = new TeacherScores[readings.size()];
        byVersion.forEach((version, members) -> {
            List<TeacherScores> found =
                    teacher(version).score(members.stream().map(readings::get).toList());
            for (int i = 0; i < found.size(); i++) {
                scores[members.get(i)] = found.get(i);
            }
        });
        return Arrays.asList(scores);
    }

    @Override
    public void close() {
        loaded.values().forEach(LocalTeacher::close);
        published.close();
    }

    private static long version(Reading reading) {
        Trajectory trajectory = reading.trajectory();
        return trajectory.versions().stream()
                .mapToLong(VersionRun::version)
                .max()
                .orElseThrow(() -> new UnscorableTrajectoryException(
                        "trajectory %s names no policy version, and its teacher follows them"
                                .formatted(trajectory.id())));
    }

    private LocalTeacher teacher(long version) {
        LocalTeacher known = loaded.get(version);
        if (known != null) {
            return known;
        }
        byte[] bytes = published.of(version);
        Weights weights = Weights.fromBytes(
                job.model().config(), ByteBuffer.wrap(bytes), job.model().precision());
        LocalTeacher teacher =
                LocalTeacher.of(job, weights, "version %d: %s".formatted(version, Weights.digest(bytes)));
        if (loaded.size() == LOADED) {
            Iterator<LocalTeacher> leastRecentlyUsed = loaded.values().iterator();
            leastRecentlyUsed.next().close();
            leastRecentlyUsed.remove();
        }
        loaded.put(version, teacher);
        return teacher;
    }
}
