# Below, B trajectories and P = B / 2 pairs.

# a value of each pair as values of its tokens whose mean over all tokens is the mean over all pairs: [P] -> [N]
def spread(self, of_pairs: Tensor, sequence: Tensor, total_tokens: Tensor, total_sequences: Tensor) -> Tensor:
  pair = torch.div(sequence, 2, rounding_mode="floor")
  tokens = torch.index_add(torch.zeros_like(of_pairs), 0, pair, torch.ones_like(torch.index_select(of_pairs, 0, pair)))
  share = of_pairs / tokens * (2.0 * float(total_tokens) / float(total_sequences))
  return torch.index_select(share, 0, pair)

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  log_q = self.student(logits, rows)                                                           # [N, V]
  log_q_token = self.at(log_q, tokens)                                                         # [N]
  sums = torch.index_add(torch.zeros_like(reference), 0, sequence, torch.to(log_q_token, 7))   # [B], f64
  log_ratio = torch.reshape(sums - reference, [-1, 2])                                         # [P, 2]
  margin = log_ratio[:, 0] - log_ratio[:, 1]                                                   # [P]
  scaled = ${BETA} * margin
  losses = -(1.0 - ${LABEL_SMOOTHING}) * torch.log_sigmoid(scaled) - ${LABEL_SMOOTHING} * torch.log_sigmoid(-scaled)

  of_tokens = self.spread(losses, sequence, total_tokens, total_sequences)
  metrics = self.watched(of_tokens, log_q, log_q_token, behavior, teacher, teacher_entropy)
  for of_pairs in [margin, torch.to(torch.gt(margin, 0.0), 7), log_ratio[:, 0], log_ratio[:, 1]]:
    metrics.append(self.spread(of_pairs, sequence, total_tokens, total_sequences))
  return (2.0 * torch.sum(losses) / float(total_sequences), self.sums(metrics))
