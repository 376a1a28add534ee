# The policy gradient of sampled tokens, for the losses that have one.
#
# Shapes: N trained positions, S samples at each: the token that the completion goes on with, then the alternatives.

# the token of each position beside its alternatives: [N], [N, M] -> [N, S]
def beside(self, token: Tensor, alternatives: Tensor) -> Tensor:
  return torch.cat([torch.unsqueeze(token, 1), alternatives[:, :${SAMPLES} - 1]], 1)

# the reward that a log-ratio of teacher and student stands for
def shaped(self, log_ratio: Tensor) -> Tensor:
  if "${REWARD_SHAPE}" == "soft-log":
    return torch.sign(log_ratio) * torch.log1p(torch.abs(log_ratio))
  if "${REWARD_SHAPE}" == "floor":
    return torch.clamp_min(log_ratio, ${REWARD_FLOOR})
  return log_ratio

# From each token to the end of its sequence, the sum of values discounted by their distance, [N, S]. Each round doubles
# the tokens that a sum spans.
def discounted(self, values: Tensor, sequence: Tensor, position: Tensor, discount: float) -> Tensor:
  span = 1
  while span < values.size(0):
    distance = position[span:] - position[:-span]
    factor = torch.pow(torch.full_like(values[span:, 0], discount), distance)
    factor = torch.masked_fill(factor, torch.ne(sequence[span:], sequence[:-span]), 0.0)
    values = torch.cat([values[:-span] + torch.unsqueeze(factor, 1) * values[span:], values[-span:]])
    span = span * 2
  return values

# for each token the sum over its sequence: [N] -> [N]
def over_sequence(self, values: Tensor, sequence: Tensor) -> Tensor:
  trajectory = self.trajectories(sequence)
  return torch.index_select(self.totals(values, trajectory), 0, trajectory)

# 1 and more, the more of its sequence's advantages, by amount, a token has before it: [N, S]
def remaining(self, advantage: Tensor, sequence: Tensor, position: Tensor) -> Tensor:
  amount = torch.abs(advantage)
  all = torch.unsqueeze(self.over_sequence(amount[:, 0], sequence), 1)
  ahead = self.discounted(amount, sequence, position, 1.0)
  return 1.0 + ${REMAINING_WEIGHT} * torch.where(all > 0.0, ahead / all, 1.0)

# which positions the mask of tokens leaves out, [N, 1] or [N, S]; entropy is the student's, [N]
def masked(self, reward: Tensor, entropy: Tensor, sequence: Tensor, trained: Tensor) -> Tensor:
  if "${TOKEN_MASK}" == "above-floor":
    return reward < ${REWARD_FLOOR}
  chosen = torch.ones_like(entropy)
  if "${TOKEN_MASK}" == "undecided":
    chosen = self.highest(entropy, ${UNDECIDED_SHARE}, self.trajectories(sequence), trained)
  return torch.unsqueeze(chosen, 1) < 0.5

# which samples train nothing, [N, S]
def dropped(self, log_q: Tensor, behavior: Tensor, log_ratio: Tensor, sequence: Tensor) -> Tensor:
  dropped = torch.zeros_like(log_ratio) > 0.0
  if "${TRUNCATION}" == "icepop":
    ratio = torch.exp(log_ratio)
    dropped = dropped | (ratio < ${RATIO_FLOOR}) | (ratio > ${RATIO_CAP})
  if ${TRUST_REGION} > 0.0:
    dropped = dropped | (torch.exp(behavior) - torch.exp(log_q) > ${TRUST_REGION})
  if "${SEQUENCE_MASK}" == "geometric-mean":
    sampled = log_ratio[:, 0]
    mean = torch.exp(self.over_sequence(sampled, sequence) / self.over_sequence(torch.ones_like(sampled), sequence))
    dropped = dropped | torch.unsqueeze((mean < ${SEQUENCE_RATIO_FLOOR}) | (mean > ${SEQUENCE_RATIO_CAP}), 1)
  return dropped

# The loss of each position, [N]; what is watched of it: advantage, clippedAdvantages, importanceRatio,
# logImportanceRatio, truncatedRatios, droppedSamples, mismatchKl, each [N]; and maxima: maxImportanceRatio, [1].
# log_q: [N, V].
def policy_gradient(self, log_q: Tensor, sequence: Tensor, position: Tensor, trained: Tensor, tokens: Tensor, behavior: Tensor, teacher: Tensor, alternatives: Tensor, behavior_at_alternatives: Tensor, teacher_at_alternatives: Tensor) -> Tuple[Tensor, List[Tensor], Tensor]:
  log_q_at = torch.gather(log_q, 1, self.beside(tokens, alternatives))                    # [N, S], as is all below
  behavior_at = self.beside(behavior, behavior_at_alternatives)
  now = torch.detach(log_q_at)

  # the current student, whoever sampled the token
  log_ratio_of_teacher = self.beside(teacher, teacher_at_alternatives) - now
  reward = self.shaped(log_ratio_of_teacher)
  if ${DISCOUNT} > 0.0:
    reward = self.discounted(reward, sequence, position, ${DISCOUNT})
  advantage = ${COEFFICIENT} * reward
  clipped = torch.zeros_like(advantage)
  if ${ADVANTAGE_CLIP} > 0.0:
    clipped = torch.gt(torch.abs(advantage), ${ADVANTAGE_CLIP})
    advantage = torch.clamp(advantage, -${ADVANTAGE_CLIP}, ${ADVANTAGE_CLIP})
  if ${REMAINING_WEIGHT} > 0.0:
    advantage = advantage * self.remaining(advantage, sequence, position)

  log_ratio = torch.clamp(log_q_at - behavior_at, -${LOG_RATIO_CLAMP}, ${LOG_RATIO_CLAMP})
  ratio = torch.exp(log_ratio)
  weight = torch.clamp_max(ratio, ${RATIO_CAP})
  dropped = self.dropped(now, behavior_at, torch.detach(log_ratio), sequence)
  dropped = dropped | self.masked(log_ratio_of_teacher, self.entropy(torch.detach(log_q)), sequence, trained)
  if "${TRUNCATION}" == "weight":
    losses = -advantage * torch.detach(weight) * log_q_at
  else:
    losses = -advantage * weight
  losses = torch.masked_fill(losses, dropped, 0.0) + ${RATIO_PENALTY} * log_ratio * log_ratio

  watched = [advantage, clipped, ratio, log_ratio, torch.gt(ratio, ${RATIO_CAP}), dropped, ratio - log_ratio - 1.0]
  means = annotate(List[Tensor], [])
  for of_samples in watched:
    means.append(torch.mean(torch.to(of_samples, losses.dtype), [1]))
  return (torch.mean(losses, [1]), means, self.largest(torch.reshape(ratio, [-1])))
