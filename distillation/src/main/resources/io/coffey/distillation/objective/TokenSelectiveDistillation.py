# The trajectories of a micro-batch lie one after the other; sums over them are f64, as differences of long sums are taken.

# which trajectory each token belongs to, numbered without gaps, [N]
def trajectories(self, sequence: Tensor) -> Tensor:
  begins = torch.cat([torch.zeros_like(sequence[:1]), torch.to(torch.ne(sequence[1:], sequence[:-1]), 4)])
  return torch.cumsum(begins, 0)

# by trajectory, the sum of values, [N] and zeros after the last trajectory
def totals(self, values: Tensor, trajectory: Tensor) -> Tensor:
  return torch.index_add(torch.zeros_like(values), 0, trajectory, values)

# the sum of values from the beginning of its trajectory to each token, [N]
def running(self, values: Tensor, trajectory: Tensor) -> Tensor:
  totals = self.totals(values, trajectory)
  before = torch.cumsum(totals, 0) - totals
  return torch.cumsum(values, 0) - torch.index_select(before, 0, trajectory)

# 1 at the first tokens that make up the share of their trajectory's entropy, 0 elsewhere, [N]
def opener(self, entropy: Tensor, trajectory: Tensor) -> Tensor:
  exact = torch.to(entropy, 7)
  first = self.running(torch.ones_like(exact), trajectory) < 1.5
  before = self.running(exact, trajectory) - exact
  total = torch.index_select(self.totals(exact, trajectory), 0, trajectory)
  return torch.zeros_like(entropy) + torch.logical_or(first, before < ${OPENER} * total)

# 1 at the share of each trajectory's tokens that has the highest entropy, 0 elsewhere, [N]; of equal ones at the first
def least_sure(self, entropy: Tensor, trajectory: Tensor, trained: Tensor) -> Tensor:
  ordered, falling = torch.sort(entropy, stable=True, dim=0, descending=True)
  together, order = torch.sort(torch.index_select(trajectory, 0, falling), stable=True, dim=0, descending=False)
  rank = self.running(torch.ones_like(torch.to(entropy, 7)), trajectory)                       # from 1 in each trajectory
  most = torch.clamp_min(torch.ceil(${ENTROPY_SHARE} * trained - 1e-6), 1.0)                   # 1e-6: 0.1 * 30 is above 3
  return torch.scatter(torch.zeros_like(entropy), 0, torch.index_select(falling, 0, order), torch.zeros_like(entropy) + (rank <= most))

# weights of the chosen tokens whose mean over all tokens of a trajectory is the mean over the chosen, [N]
def mean_of(self, chosen: Tensor, trajectory: Tensor, trained: Tensor) -> Tensor:
  return chosen * trained / torch.index_select(self.totals(chosen, trajectory), 0, trajectory)

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
  least_sure = self.least_sure(held, trajectory, trained)
  sharpening = self.mean_of(least_sure, trajectory, trained) * entropy
  losses = gated + ${RANKING_WEIGHT} * ranking + ${ENTROPY_COEFFICIENT} * sharpening
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  metrics.append(gate)
  metrics.append(gated)
  metrics.append(opener)
  metrics.append(ranking)
  metrics.append(least_sure)
  metrics.append(sharpening)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
