# by how much the side that the sum is weighted with finds its trajectory likelier, [N]: a difference of geometric means
def gaps(self, log_q_token: Tensor, teacher: Tensor, trajectory: Tensor, trained: Tensor) -> Tensor:
  of_student = torch.exp(torch.index_select(self.totals(torch.to(log_q_token, 7), trajectory), 0, trajectory) / trained)
  of_teacher = torch.exp(torch.index_select(self.totals(torch.to(teacher, 7), trajectory), 0, trajectory) / trained)
  if "${DIRECTION}" == "forward":
    return of_teacher - of_student
  return of_student - of_teacher

# share of that side in the mixture, [N, 1]
def skews(self, gaps: Tensor, mean_gap: float, like: Tensor) -> Tensor:
  if "${ADAPTATION}" == "gap" and mean_gap != 0.0:
    skews = torch.clamp(1.0 - (1.0 - ${SKEW}) * mean_gap / (gaps + 1e-5), ${LEAST_SKEW}, ${SKEW})
    return torch.unsqueeze(torch.to(skews, like), 1)
  return torch.full_like(like[:, :1], ${SKEW})

# log of share * a + (1 - share) * b, [N, S']
def skewed(self, share: Tensor, log_a: Tensor, log_b: Tensor) -> Tensor:
  return torch.logaddexp(log_a + torch.log(share), log_b + torch.log1p(-share))

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  log_p = self.softened(log_p, counted, teacher_temperature)
  gaps = self.gaps(torch.detach(self.at(all_log_q, tokens)), teacher, self.trajectories(sequence), trained)
  share = self.skews(gaps, ${MEAN_GAP}, torch.detach(log_q))
  if "${DIRECTION}" == "forward":
    terms = self.kl_terms(log_p, self.skewed(share, log_p, log_q))                             # [N, S']
  else:
    terms = self.kl_terms(log_q, self.skewed(share, log_q, log_p))
  losses = self.over_support(terms, counted)                                                   # [N]
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  if "${ADAPTATION}" == "gap":
    metrics.append(torch.squeeze(share, 1))
    # so that the mean over tokens is the mean over trajectories
    metrics.append(gaps * (float(total_tokens) / float(total_sequences)) / trained)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
