def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  log_q = self.student(logits, rows)                       # [N, V]
  losses, watched, maxima = self.policy_gradient(log_q, sequence, position, trained, tokens, behavior, teacher, alternatives, behavior_at_alternatives, teacher_at_alternatives)
  metrics = self.watched(losses, log_q, self.at(log_q, tokens), behavior, teacher, teacher_entropy)
  metrics.extend(watched)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), torch.cat([self.sums(metrics), maxima]))
