# higher where it holds, lower elsewhere, [N]
def weight(self, like: Tensor, holds: Tensor) -> Tensor:
  return ${LOWER_WEIGHT} + (${HIGHER_WEIGHT} - ${LOWER_WEIGHT}) * torch.where(holds, torch.ones_like(like), torch.zeros_like(like))

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  forward = self.over_support(self.kl_terms(log_p, log_q), counted)                            # [N], as is all below
  reverse = self.over_support(self.kl_terms(log_q, log_p), counted)
  entropy = self.entropy(torch.detach(all_log_q))
  teacher_less_sure = torch.gt(teacher_entropy, entropy)
  losses = self.weight(forward, teacher_less_sure) * forward + self.weight(reverse, torch.lt(teacher_entropy, entropy)) * reverse
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  metrics.append(teacher_less_sure)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
