# SPDX-License-Identifier: Apache-2.0
def loss(self, logits: Tensor, targets: Tensor) -> Tensor:         # [N, V], [N]
  return torch.cross_entropy_loss(logits, targets)
