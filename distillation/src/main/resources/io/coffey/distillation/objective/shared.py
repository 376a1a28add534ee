# Shared by every loss: a loss is compiled as this text followed by its own.
#
# Shapes: R rows of logits, N trained positions, K teacher support, J student support, M alternatives, V vocabulary, B trajectories.
# q is the student, p the teacher; all log-probabilities are natural, over the full vocabulary, at temperature 1.
#
# The arguments of a loss, in order:
#   logits                    [R, V]  the student now; the only argument that has a gradient
#   rows                      [N]     row of the logits that predicts each trained token
#   sequence, position        [N]     trajectory of the token within the batch, completion position within that
#   length, trained           [N]     completion tokens of that trajectory, and how many of them are trained
#   trajectory_weight         [N]     factor of that trajectory's loss; no metric has it
#   tokens                    [N]     the sampled token
#   behavior, teacher         [N]     its log-probability when it was sampled, and under the teacher
#   teacher_top_ids           [N, K]  the teacher's likeliest tokens
#   teacher_top               [N, K]  log p there
#   student_top_ids           [N, J]  the student's likeliest tokens when the token was sampled
#   teacher_at_student_top    [N, J]  log p there
#   teacher_entropy           [N]     in nats
#   student_entropy           [N]     in nats, when the token was sampled
#   alternatives              [N, M]  further tokens that the student drew at the position
#   behavior_at_alternatives  [N, M]  their log-probabilities when they were drawn
#   teacher_at_alternatives   [N, M]  log p there
#   reference                 [B]     of pairs: sum of the reference's log-probabilities over each trajectory, f64
#   teacher_temperature       [N]     temperature of the teacher's distribution on a support, 1 or more
#   total_tokens              []      trained tokens of the whole optimiser batch
#   total_sequences           []      trajectories with trained tokens of the whole optimiser batch
#   what the objective carries from step to step, each []
# Of what the trajectories do not carry, supports are [N, 0], entropies and references [0]; temperatures are
# [0] where the trainer gives none.
#
# A loss returns its share of the mean over the optimiser batch, and its metrics as sums over the N positions.

# log q at the trained positions, [N, V]
def student(self, logits: Tensor, rows: Tensor) -> Tensor:
  if rows.size(0) != logits.size(0):
    logits = torch.index_select(logits, 0, rows)
  return torch.log_softmax(logits, -1)

# one entry of each row: [N, V], [N] -> [N]
def at(self, log_probs: Tensor, ids: Tensor) -> Tensor:
  return torch.squeeze(torch.gather(log_probs, 1, torch.unsqueeze(ids, 1)), 1)

# the micro-batch's share of the mean over the optimiser batch, []
def mean(self, losses: Tensor, trajectory_weight: Tensor, trained: Tensor, total_tokens: Tensor, total_sequences: Tensor) -> Tensor:
  losses = trajectory_weight * losses
  if "${MEAN}" == "sequences":
    return torch.sum(losses / trained) / float(total_sequences)
  if "${MEAN}" == "sequence-sums":
    return torch.sum(losses) / float(total_sequences)
  return torch.sum(losses) / float(total_tokens)

# entropy of each row in nats: [N, V] -> [N]
def entropy(self, log_probs: Tensor) -> Tensor:
  return -torch.sum(torch.exp(log_probs) * log_probs, [-1])

# a metric that the trajectories do not carry, [N]
def unknown(self, like: Tensor) -> Tensor:
  return torch.full_like(like, float("nan"))

# what is watched of every loss, each [N]: tokens, loss, reverseKl, logRatio, studentEntropy, teacherEntropy,
# undecidedTeacher
def watched(self, losses: Tensor, log_q: Tensor, log_q_token: Tensor, behavior: Tensor, teacher: Tensor, teacher_entropy: Tensor) -> List[Tensor]:
  log_q = torch.detach(log_q)
  if teacher_entropy.size(0) != losses.size(0):
    teacher_entropy = self.unknown(losses)
  return [
    torch.ones_like(losses),
    losses,
    log_q_token - teacher,
    teacher - behavior,
    self.entropy(log_q),
    teacher_entropy,
    torch.where(torch.isnan(teacher_entropy), teacher_entropy, torch.to(torch.gt(teacher_entropy, ${UNDECIDED}), teacher_entropy.dtype)),
  ]

# the largest of values, [1], f64; 0 where there are none
def largest(self, values: Tensor) -> Tensor:
  return torch.amax(torch.cat([torch.zeros([1], dtype=7, device=values.device), torch.to(torch.detach(values), 7)]), [0], True)

# sums of metrics, [number of metrics], f64
def sums(self, metrics: List[Tensor]) -> Tensor:
  totals = annotate(List[Tensor], [])
  for metric in metrics:
    totals.append(torch.sum(torch.to(torch.detach(metric), 7)))
  return torch.stack(totals)

