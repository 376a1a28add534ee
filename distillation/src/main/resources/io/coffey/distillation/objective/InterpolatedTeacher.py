def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  log_p = self.softened(log_p, counted, teacher_temperature)
  t = float(interpolation)
  mixed = (1.0 - t) * torch.detach(log_q) + t * log_p                                          # [N, S']
  log_mixed = mixed - self.log_mass(mixed, counted)
  losses = self.over_support(self.kl_terms(log_mixed, log_q), counted)                         # [N]
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  metrics.append(self.over_support(-torch.exp(log_mixed) * log_q, counted))
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
