# The support S of a position: ids and log p there, each [N, S], sorted by id so that copies of a token are neighbours.
# Of equal ids the sampled token comes first, then the teacher's.
def support(self, tokens: Tensor, teacher: Tensor, teacher_top_ids: Tensor, teacher_top: Tensor, student_top_ids: Tensor, teacher_at_student_top: Tensor) -> Tuple[Tensor, Tensor]:
  ids = [torch.unsqueeze(tokens, 1)]
  log_p = [torch.unsqueeze(teacher, 1)]
  if "${DIRECTION}" != "reverse":
    ids.append(teacher_top_ids[:, :${TOP_K}])
    log_p.append(teacher_top[:, :${TOP_K}])
  if "${DIRECTION}" != "forward":
    ids.append(student_top_ids[:, :${TOP_K}])
    log_p.append(teacher_at_student_top[:, :${TOP_K}])
  sorted_ids, order = torch.sort(torch.cat(ids, 1), stable=True, dim=1, descending=False)
  return (sorted_ids, torch.gather(torch.cat(log_p, 1), 1, order))

# which ids are not copies of their left neighbour: [N, S] -> [N, S]
def first_copies(self, sorted_ids: Tensor) -> Tensor:
  return torch.cat([torch.ones_like(sorted_ids[:, :1]), torch.ne(sorted_ids[:, 1:], sorted_ids[:, :-1])], 1) > 0

# logarithm of the mass on the support, [N, 1]
def log_mass(self, log_probs: Tensor, counted: Tensor) -> Tensor:
  return torch.logsumexp(torch.masked_fill(log_probs, torch.logical_not(counted), -float("inf")), [1], True)

# logarithm of the mass outside it, [N, 1]
def log_tail(self, log_mass: Tensor) -> Tensor:
  return torch.log(-torch.expm1(torch.clamp_max(log_mass, -${LIGHTEST_TAIL})))

# one term for each token of the support, [N, S]
def terms(self, log_p: Tensor, log_q: Tensor) -> Tensor:
  if "${DIRECTION}" == "forward":
    return torch.exp(log_p) * (log_p - log_q)
  if "${DIRECTION}" == "reverse":
    return torch.exp(log_q) * (log_q - log_p)
  beta = ${TEACHER_MIX_WEIGHT}
  log_m = torch.logaddexp(log_p + torch.log(beta), log_q + torch.log(1.0 - beta))
  return beta * torch.exp(log_p) * (log_p - log_m) + (1.0 - beta) * torch.exp(log_q) * (log_q - log_m)

# share of the two top lists that is common to both, [N]
def overlap(self, teacher_top_ids: Tensor, student_top_ids: Tensor) -> Tensor:
  t = teacher_top_ids[:, :${TOP_K}]
  s = student_top_ids[:, :${TOP_K}]
  both, order = torch.sort(torch.cat([t, s], 1), stable=True, dim=1, descending=False)
  common = torch.sum(torch.logical_not(self.first_copies(both)), [1], dtype=6)  # f32: integers would divide without remainder
  return common / max(1, min(t.size(1), s.size(1)))

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  ids, log_p = self.support(tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  log_q = torch.gather(all_log_q, 1, ids)                                                      # [N, S]
  counted = self.first_copies(ids)                                                             # [N, S]
  p_mass = self.log_mass(log_p, counted)                                                       # [N, 1]
  q_mass = self.log_mass(log_q, counted)                                                       # [N, 1]

  if "${TAIL}" == "renormalise":
    log_p = log_p - p_mass
    log_q = log_q - q_mass
  if "${TAIL}" == "bucket":
    # one more column, which counts unless the support is the whole vocabulary
    log_p = torch.cat([log_p, self.log_tail(p_mass)], 1)                                       # [N, S+1]
    log_q = torch.cat([log_q, self.log_tail(q_mass)], 1)
    counted = torch.cat([counted, torch.sum(counted, [1], True) < logits.size(1)], 1)
  losses = torch.sum(torch.masked_fill(self.terms(log_p, log_q), torch.logical_not(counted), 0.0), [1])  # [N]

  metrics = self.watched(losses, all_log_q, self.at(all_log_q, tokens), behavior, teacher, teacher_entropy)
  metrics.append(torch.exp(p_mass))
  metrics.append(torch.exp(q_mass))
  if teacher_top_ids.size(1) > 0 and student_top_ids.size(1) > 0:
    metrics.append(self.overlap(teacher_top_ids, student_top_ids))
  else:
    metrics.append(self.unknown(losses))
  return (torch.sum(losses) / float(denominator), self.sums(metrics))
