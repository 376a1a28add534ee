def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  log_q = self.student(logits, rows)                       # [N, V]
  log_q_token = self.at(log_q, tokens)                     # [N], as is everything below

  # the current student, whoever sampled the token
  advantage = ${COEFFICIENT} * (teacher - torch.detach(log_q_token))
  clipped = torch.zeros_like(advantage)
  if ${ADVANTAGE_CLIP} > 0.0:
    clipped = torch.gt(torch.abs(advantage), ${ADVANTAGE_CLIP})
    advantage = torch.clamp(advantage, -${ADVANTAGE_CLIP}, ${ADVANTAGE_CLIP})

  log_ratio = torch.clamp(log_q_token - behavior, -${LOG_RATIO_CLAMP}, ${LOG_RATIO_CLAMP})
  ratio = torch.exp(log_ratio)
  weight = torch.clamp_max(ratio, ${RATIO_CAP})
  if "${TRUNCATION}" == "weight":
    losses = -advantage * torch.detach(weight) * log_q_token
  else:
    losses = -advantage * weight

  metrics = self.watched(losses, log_q, log_q_token, behavior, teacher, teacher_entropy)
  metrics.append(advantage)
  metrics.append(clipped)
  metrics.append(ratio)
  metrics.append(torch.gt(ratio, ${RATIO_CAP}))
  metrics.append(ratio - log_ratio - 1.0)                  # sampled KL of sampling and current student
  return (self.mean(losses, trained, total_tokens, total_sequences), self.sums(metrics))
