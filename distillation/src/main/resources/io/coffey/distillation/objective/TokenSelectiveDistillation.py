# 1 at the first tokens that make up the share of their trajectory's entropy, 0 elsewhere, [N]
def opener(self, entropy: Tensor, trajectory: Tensor) -> Tensor:
  exact = torch.to(entropy, 7)
  first = self.running(torch.ones_like(exact), trajectory) < 1.5
  before = self.running(exact, trajectory) - exact
  total = torch.index_select(self.totals(exact, trajectory), 0, trajectory)
  return torch.zeros_like(entropy) + torch.logical_or(first, before < ${OPENER} * total)

# negative log-likelihood of the teacher's order of the student's candidates under the student, [N]
def ranking(self, all_log_q: Tensor, tokens: Tensor, student_top_ids: Tensor, teacher_at_student_top: Tensor) -> Tensor:
  # ties go to the lower id
  ids, by_id = torch.sort(student_top_ids[:, :${CANDIDATES}], stable=True, dim=1, descending=False)
  log_p = torch.gather(teacher_at_student_top[:, :${CANDIDATES}], 1, by_id)                    # [N, C]
  key = log_p
  if "${RANKING}" == "weighted":
    key = torch.masked_fill(key, torch.eq(ids, torch.unsqueeze(tokens, 1)), float("inf"))
  ordered, order = torch.sort(key, stable=True, dim=1, descending=True)
  scores = torch.gather(all_log_q, 1, torch.gather(ids, 1, order))                             # any constant added leaves it as it is
  from_here = torch.flip(torch.logcumsumexp(torch.flip(scores, [1]), 1), [1])                  # log of the sum from each rank on
  terms = from_here - scores
  if "${RANKING}" == "weighted":
    terms = torch.exp(torch.gather(log_p, 1, order)) * terms
  return torch.sum(terms, [1])

# Kendall's tau of student and teacher over the candidates, [N]: 1 where the student has the teacher's order, -1 where its reverse.
# A tie counts as no agreement.
def kendall_tau(self, all_log_q: Tensor, student_top_ids: Tensor, teacher_at_student_top: Tensor) -> Tensor:
  ids = student_top_ids[:, :${CANDIDATES}]
  log_q = torch.gather(all_log_q, 1, ids)                                                      # [N, C]
  log_p = teacher_at_student_top[:, :${CANDIDATES}]
  agreement = torch.zeros_like(log_q[:, 0])
  count = ids.size(1)
  for apart in range(1, count):
    pairs = torch.sign(log_q[:, apart:] - log_q[:, :-apart]) * torch.sign(log_p[:, apart:] - log_p[:, :-apart])
    agreement = agreement + torch.sum(pairs, [1])
  return agreement / (0.5 * count * (count - 1))

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  entropy = self.entropy(all_log_q)                                                            # [N], as is all below
  held = torch.detach(entropy)
  gate = torch.sigmoid((held - teacher_entropy) / ${GATE_TEMPERATURE})
  gated = gate * self.over_support(self.js_terms(${TEACHER_MIX_WEIGHT}, log_p, log_q), counted)
  trajectory = self.trajectories(sequence)
  opener = self.opener(held, trajectory)
  ranking = self.mean_of(opener, trajectory, trained) * self.ranking(all_log_q, tokens, student_top_ids, teacher_at_student_top)
  least_sure = self.highest(held, ${ENTROPY_SHARE}, trajectory, trained)
  sharpening = self.mean_of(least_sure, trajectory, trained) * entropy
  losses = gated + ${RANKING_WEIGHT} * ranking + ${ENTROPY_COEFFICIENT} * sharpening
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  metrics.append(gate)
  metrics.append(gated)
  metrics.append(opener)
  metrics.append(ranking)
  metrics.append(least_sure)
  metrics.append(sharpening)
  metrics.append(self.kendall_tau(torch.detach(all_log_q), student_top_ids, teacher_at_student_top))
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
