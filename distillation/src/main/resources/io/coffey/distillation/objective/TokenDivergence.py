# one term for each entry of the support, [N, S']
def terms(self, log_p: Tensor, log_q: Tensor) -> Tensor:
  if "${DIRECTION}" == "forward":
    return self.kl_terms(log_p, log_q)
  if "${DIRECTION}" == "reverse":
    return self.kl_terms(log_q, log_p)
  if "${DIRECTION}" == "mix":
    return ${REVERSE_WEIGHT} * self.kl_terms(log_q, log_p) + (1.0 - ${REVERSE_WEIGHT}) * self.kl_terms(log_p, log_q)
  return self.js_terms(${TEACHER_MIX_WEIGHT}, log_p, log_q)

# no term of a token above the clip; the tail keeps its own
def clipped(self, terms: Tensor) -> Tensor:
  tokens = terms.size(1)
  if "${TAIL}" == "bucket":
    tokens = tokens - 1
  return torch.cat([torch.clamp_max(terms[:, :tokens], ${CLIP_AT}), terms[:, tokens:]], 1)

# Where the sampled token is outside the student's likeliest: its log-ratio of student and teacher, weighted with its importance
# ratio; 0 elsewhere, [N]. The gradient goes through log q alone.
def sampled_tail(self, log_q_token: Tensor, tokens: Tensor, behavior: Tensor, teacher: Tensor, student_top_ids: Tensor) -> Tensor:
  inside = torch.sum(torch.eq(student_top_ids[:, :${STUDENT_K}], torch.unsqueeze(tokens, 1)), [1]) > 0
  held = torch.detach(log_q_token)
  weighted = torch.clamp_max(torch.exp(held - behavior), ${TAIL_RATIO_CAP}) * (held - teacher)
  return torch.masked_fill(weighted * (1.0 + log_q_token - held), inside, 0.0)

# The terms of the reverse KL outside the teacher's likeliest, where it is said to give every token the same, [N].
def floored_tail(self, all_log_q: Tensor, teacher_top_ids: Tensor) -> Tensor:
  terms = torch.exp(all_log_q) * (all_log_q - ${TAIL_LOG_PROB})                                # [N, V]
  return torch.sum(torch.scatter(terms, 1, teacher_top_ids[:, :${TEACHER_K}], 0.0), [1])

# weight of each position, [N]
def position_weights(self, like: Tensor, position: Tensor, length: Tensor) -> Tensor:
  share = (torch.zeros_like(like) + position + 1.0) / length
  return ${POSITION_FLOOR} + (1.0 - ${POSITION_FLOOR}) * torch.sigmoid((share - ${POSITION_MIDPOINT}) / ${POSITION_WIDTH})

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  log_p = self.softened(log_p, counted, teacher_temperature)
  if ${TEMPERATURE} != 1.0:
    temperature = torch.full_like(p_mass, ${TEMPERATURE})
    log_p = self.tempered(log_p, counted, temperature)
    log_q = self.tempered(log_q, counted, temperature)
  if "${TAIL}" == "sampled":
    terms = torch.exp(log_q) * (torch.detach(log_q) - log_p)
  else:
    terms = self.terms(log_p, log_q)
  if "${CLIP}" == "vocabulary":
    terms = self.clipped(terms)
  losses = self.over_support(terms, counted)                                                   # [N]
  if "${TAIL}" == "sampled":
    losses = losses + self.sampled_tail(self.at(all_log_q, tokens), tokens, behavior, teacher, student_top_ids)
  if "${TAIL}" == "floor":
    share = 1.0
    if "${DIRECTION}" == "mix":
      share = ${REVERSE_WEIGHT}
    losses = losses + share * self.floored_tail(all_log_q, teacher_top_ids)
  if "${CLIP}" == "position":
    losses = losses * (${CLIP_AT} * torch.reciprocal(torch.clamp_min(torch.detach(losses), ${CLIP_AT})))
  if ${POSITION_FLOOR} < 1.0:
    losses = losses * self.position_weights(losses, position, length)
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
