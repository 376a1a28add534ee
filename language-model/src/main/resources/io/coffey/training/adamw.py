# SPDX-License-Identifier: Apache-2.0
#
# One AdamW step (Loshchilov and Hutter, 2019) on all weights, after clipping the global norm of their gradients.
#
# w: leaves with gradients, m and v: their moments, all f32. count: steps taken so far, f32.
# how: learning rate, beta1, beta2, epsilon, weight decay, largest norm; f64 [6].
# -> the norm before clipping; where it is not finite, nothing has changed.
def step(self, w: List[Tensor], m: List[Tensor], v: List[Tensor], count: Tensor, how: Tensor) -> Tensor:
  gradients = annotate(List[Tensor], [])
  counts = annotate(List[Tensor], [])
  for weight in w:
    gradients.append(weight.grad)
    counts.append(count)
  norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients)))
  if bool(torch.isfinite(norm)):
    torch._foreach_mul_(gradients, torch.clamp_max(torch.reciprocal(norm + 1e-6) * float(how[5]), 1.0))
    torch.add_(count, 1)
    torch._fused_adamw_(w, gradients, m, v, annotate(List[Tensor], []), counts, lr=float(how[0]), beta1=float(how[1]), beta2=float(how[2]), weight_decay=float(how[4]), eps=float(how[3]), amsgrad=False, maximize=False)
  return norm
