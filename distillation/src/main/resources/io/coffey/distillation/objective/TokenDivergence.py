# one term for each entry of the support, [N, S']
def terms(self, log_p: Tensor, log_q: Tensor) -> Tensor:
  if "${DIRECTION}" == "forward":
    return self.kl_terms(log_p, log_q)
  if "${DIRECTION}" == "reverse":
    return self.kl_terms(log_q, log_p)
  return self.js_terms(${TEACHER_MIX_WEIGHT}, log_p, log_q)

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  losses = self.over_support(self.terms(log_p, log_q), counted)                                # [N]
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  return (torch.sum(losses) / float(denominator), self.sums(metrics))
