# Shared by the losses that compare distributions on a support: compiled after shared.py and before the loss's own text.
#
# The support of a position is the sampled token, the teacher's ${TEACHER_K} and the student's ${STUDENT_K} likeliest; without the
# sampled token where the tail is sampled or has a floor.
# S is their number, and S' that number and the column of the tail, if it has one.

# ids and log p there, each [N, S], sorted by id so that copies of a token are neighbours.
# Of equal ids the sampled token comes first, then the teacher's.
def support(self, tokens: Tensor, teacher: Tensor, teacher_top_ids: Tensor, teacher_top: Tensor, student_top_ids: Tensor, teacher_at_student_top: Tensor) -> Tuple[Tensor, Tensor]:
  ids = torch.cat([torch.unsqueeze(tokens, 1), teacher_top_ids[:, :${TEACHER_K}], student_top_ids[:, :${STUDENT_K}]], 1)
  log_p = torch.cat([torch.unsqueeze(teacher, 1), teacher_top[:, :${TEACHER_K}], teacher_at_student_top[:, :${STUDENT_K}]], 1)
  if "${TAIL}" == "sampled" or "${TAIL}" == "floor":
    ids, log_p = ids[:, 1:], log_p[:, 1:]                                                      # the sampled token is no part of it
  sorted_ids, order = torch.sort(ids, stable=True, dim=1, descending=False)
  return (sorted_ids, torch.gather(log_p, 1, order))

# which ids are not copies of their left neighbour: [N, S] -> [N, S]
def first_copies(self, sorted_ids: Tensor) -> Tensor:
  return torch.cat([torch.ones_like(sorted_ids[:, :1]), torch.ne(sorted_ids[:, 1:], sorted_ids[:, :-1])], 1) > 0

# logarithm of the mass on the support, [N, 1]
def log_mass(self, log_probs: Tensor, counted: Tensor) -> Tensor:
  return torch.logsumexp(torch.masked_fill(log_probs, torch.logical_not(counted), -float("inf")), [1], True)

# logarithm of the mass outside it, [N, 1]
def log_tail(self, log_mass: Tensor) -> Tensor:
  return torch.log(-torch.expm1(torch.clamp_max(log_mass, -${LIGHTEST_TAIL})))

# log p and log q on the support and which entries count, each [N, S'], and the logarithms of both masses, [N, 1]
def on_support(self, all_log_q: Tensor, tokens: Tensor, teacher: Tensor, teacher_top_ids: Tensor, teacher_top: Tensor, student_top_ids: Tensor, teacher_at_student_top: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
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
    counted = torch.cat([counted, torch.sum(counted, [1], True) < all_log_q.size(1)], 1)
  return (log_p, log_q, counted, p_mass, q_mass)

# the same distribution at a temperature [N, 1]: exact where the entries that count are all there is
def tempered(self, log_probs: Tensor, counted: Tensor, temperature: Tensor) -> Tensor:
  scaled = log_probs / temperature
  return scaled - self.log_mass(scaled, counted)

# the teacher at the temperature of each token, where that is above 1; elsewhere as it is to the bit: [N, S'] -> [N, S']
def softened(self, log_p: Tensor, counted: Tensor, teacher_temperature: Tensor) -> Tensor:
  if teacher_temperature.size(0) != log_p.size(0):
    return log_p
  temperature = torch.unsqueeze(teacher_temperature, 1)
  return torch.where(torch.gt(temperature, 1.0), self.tempered(log_p, counted, temperature), log_p)

# the sum of the entries that count: [N, S'] -> [N]
def over_support(self, terms: Tensor, counted: Tensor) -> Tensor:
  return torch.sum(torch.masked_fill(terms, torch.logical_not(counted), 0.0), [1])

# terms of KL(a||b), [N, S']
def kl_terms(self, log_a: Tensor, log_b: Tensor) -> Tensor:
  return torch.exp(log_a) * (log_a - log_b)

# log of weight * a + (1 - weight) * b, [N, S']
def log_mixture(self, weight: float, log_a: Tensor, log_b: Tensor) -> Tensor:
  return torch.logaddexp(log_a + torch.log(weight), log_b + torch.log(1.0 - weight))

# terms of the Jensen-Shannon divergence whose mixture has the teacher with this weight, [N, S']
def js_terms(self, beta: float, log_p: Tensor, log_q: Tensor) -> Tensor:
  log_m = self.log_mixture(beta, log_p, log_q)
  return beta * torch.exp(log_p) * (log_p - log_m) + (1.0 - beta) * torch.exp(log_q) * (log_q - log_m)

# share of the two top lists that is common to both, [N]; unknown where one is missing
def overlap(self, like: Tensor, teacher_top_ids: Tensor, student_top_ids: Tensor) -> Tensor:
  t = teacher_top_ids[:, :${TOP_K}]
  s = student_top_ids[:, :${TOP_K}]
  if min(t.size(1), s.size(1)) == 0:
    return self.unknown(like)
  both, order = torch.sort(torch.cat([t, s], 1), stable=True, dim=1, descending=False)
  common = torch.sum(torch.logical_not(self.first_copies(both)), [1], dtype=6)  # f32: integers would divide without remainder
  return common / min(t.size(1), s.size(1))

# what is watched of every loss on a support: beside what all losses have teacherMass, studentMass, topOverlap, each [N]
def watched_on_support(self, losses: Tensor, all_log_q: Tensor, p_mass: Tensor, q_mass: Tensor, tokens: Tensor, behavior: Tensor, teacher: Tensor, teacher_top_ids: Tensor, student_top_ids: Tensor, teacher_entropy: Tensor) -> List[Tensor]:
  metrics = self.watched(losses, all_log_q, self.at(all_log_q, tokens), behavior, teacher, teacher_entropy)
  metrics.append(torch.exp(p_mass))
  metrics.append(torch.exp(q_mass))
  metrics.append(self.overlap(losses, teacher_top_ids, student_top_ids))
  return metrics

