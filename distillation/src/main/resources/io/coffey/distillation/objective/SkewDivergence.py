def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  if "${DIRECTION}" == "forward":
    terms = self.kl_terms(log_p, self.log_mixture(${SKEW}, log_p, log_q))                      # [N, S']
  else:
    terms = self.kl_terms(log_q, self.log_mixture(${SKEW}, log_q, log_p))
  losses = self.over_support(terms, counted)                                                   # [N]
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
