// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.training.LearningRate;
import java.util.Map;
import java.util.TreeMap;

/** The settings of a job that decide what comes of it, by name, in one canonical spelling. */
final class DecisiveSettings {

    private final TrainerJob job;
    private final Map<String, String> decisive = new TreeMap<>();

    DecisiveSettings(TrainerJob job) {
        this.job = job;
    }

    Map<String, String> all() {
        job.objective().settings().forEach((name, value) -> decisive.put("objective." + name, value));
        decisive.put("run.seed", Long.toString(job.seed()));
        decisive.put("student.tokenizer", job.student().tokenizer().fingerprint());
        decisive.put("student.config", job.student().config().fingerprint());
        decisive.put("student.precision", job.student().precision().name());
        job.warmedUp().ifPresent(start -> decisive.put("warmUp.weights", start.digest()));
        putSource();
        putSampling();
        putBatches();
        putWeights();
        putOptimizer();
        putLearningRate();
        return decisive;
    }

    private void putSource() {
        job.settings().reads().ifPresent(run -> decisive.put("trainer.reads", run));
        job.parent().ifPresent(run -> {
            decisive.put("trainer.fork.of", run);
            decisive.put("trainer.fork.to", Long.toString(job.settings().fork().to()));
        });
    }

    private void putSampling() {
        if (job.origin() != Origin.STUDENT) {
            decisive.put("sampling.origin", job.origin().name());
        }
        if (job.origin() == Origin.MIXED) {
            decisive.put("sampling.studentShare", Float.toString(job.sampling().studentShare()));
        }
        if (job.curriculum().decides()) {
            decisive.put(
                    "sampling.curriculum.lengths", job.curriculum().ladder().toString());
            decisive.put(
                    "sampling.curriculum.minEntropy",
                    Double.toString(job.curriculum().minEntropy()));
            decisive.put(
                    "sampling.curriculum.steps",
                    Integer.toString(job.curriculum().steps()));
        }
        decisive.put("sampling.temperature", Float.toString(job.sampling().temperature()));
        decisive.put("sampling.topK", Integer.toString(job.sampling().topK()));
        decisive.put("sampling.topP", Float.toString(job.sampling().topP()));
        decisive.put("sampling.maxNewTokens", Integer.toString(job.sampling().maxNewTokens()));
        decisive.put("sampling.samplesPerPrompt", Integer.toString(job.pace().samplesPerPrompt()));
    }

    private void putBatches() {
        decisive.put("trainer.order", job.pace().order().name());
        decisive.put("trainer.batch", Integer.toString(job.pace().batch()));
        decisive.put("trainer.maxStaleness", Integer.toString(job.pace().maxStaleness()));
        decisive.put("trainer.publishEvery", Integer.toString(job.pace().publishEvery()));
        decisive.put("trainer.microBatchTokens", Integer.toString(job.settings().microBatchTokens()));
        decisive.put("trainer.lossChunkTokens", Integer.toString(job.settings().lossChunkTokens()));
    }

    /** What makes one token count more than another. */
    private void putWeights() {
        WeightingSection weighting = job.settings().weighting();
        decisive.put("trainer.weighting.verifier", weighting.verifier().orElse(""));
        decisive.put("trainer.weighting.whenRight", Double.toString(weighting.whenRight()));
        decisive.put("trainer.weighting.whenWrong", Double.toString(weighting.whenWrong()));
        decisive.put("trainer.weighting.whenTruncated", Double.toString(weighting.whenTruncated()));
        FilterSection filter = job.settings().filter();
        if (filter.filter().decides()) {
            decisive.put("trainer.filter.unit", filter.unit().name());
            decisive.put("trainer.filter.confidentShare", Double.toString(filter.confidentShare()));
            decisive.put("trainer.filter.surprisedShare", Double.toString(filter.surprisedShare()));
        }
        PrivacySection privacy = job.settings().privacy();
        privacy.pattern().ifPresent(pattern -> {
            decisive.put("trainer.privacy.pattern", pattern);
            decisive.put("trainer.privacy.temperature", Double.toString(privacy.temperature()));
        });
    }

    private void putOptimizer() {
        TrainerSection settings = job.settings();
        decisive.put("trainer.beta1", Double.toString(settings.beta1()));
        decisive.put("trainer.beta2", Double.toString(settings.beta2()));
        decisive.put("trainer.epsilon", Double.toString(settings.epsilon()));
        decisive.put("trainer.weightDecay", Double.toString(settings.weightDecay()));
        decisive.put("trainer.maxGradientNorm", Double.toString(settings.maxGradientNorm()));
        job.adapter().ifPresent(adapter -> {
            decisive.put("trainer.lora.rank", Integer.toString(adapter.rank()));
            decisive.put("trainer.lora.alpha", Double.toString(adapter.alpha()));
            decisive.put("trainer.lora.targets", String.join(",", adapter.targets()));
        });
    }

    /** What does not depend on the length of the run does not name it: such a run may be made longer. */
    private void putLearningRate() {
        TrainerSection settings = job.settings();
        decisive.put("trainer.learningRate", Double.toString(settings.learningRate()));
        decisive.put("trainer.schedule", settings.schedule().toString());
        decisive.put("trainer.warmupSteps", Long.toString(settings.warmupSteps()));
        decisive.put("trainer.decayShare", Double.toString(settings.decayShare()));
        decisive.put("trainer.decayFactor", Double.toString(settings.decayFactor()));
        if (settings.schedule() != LearningRate.Schedule.CONSTANT || settings.decayShare() > 0) {
            decisive.put("trainer.finalFactor", Double.toString(settings.finalFactor()));
            decisive.put("trainer.steps", Long.toString(settings.steps()));
        }
        if (job.objective().controller().readsProgress()) {
            decisive.put("trainer.steps", Long.toString(settings.steps()));
        }
    }
}
