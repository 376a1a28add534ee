def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  losses, watched, maxima = self.policy_gradient(all_log_q, sequence, position, trained, tokens, behavior, teacher, alternatives, behavior_at_alternatives, teacher_at_alternatives)
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  gated = torch.gt(teacher_entropy, ${ENTROPY_GATE})                                           # [N]
  forward = torch.where(gated, self.over_support(self.kl_terms(log_p, log_q), counted), 0.0)   # [N]
  losses = losses + ${FORWARD_WEIGHT} * forward
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  metrics.extend(watched)
  metrics.append(gated)
  metrics.append(forward)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), torch.cat([self.sums(metrics), maxima]))
