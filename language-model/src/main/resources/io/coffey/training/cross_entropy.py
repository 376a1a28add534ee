# Minus the log-probability of the tokens that should have come, in nats, as a mean over the whole batch.
# logits [N, V], targets [N]; denominator: number of target tokens in all micro-batches together.
def loss(self, logits: Tensor, targets: Tensor, denominator: Tensor) -> Tensor:
  sum = 2  # torch's number for this reduction
  return torch.cross_entropy_loss(logits, targets, None, sum) / float(denominator)
