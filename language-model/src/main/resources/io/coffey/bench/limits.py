# SPDX-License-Identifier: Apache-2.0
#
# What the machine can do at best, in the terms of a decoder.

# Products of square matrices that stay in the cache.
def multiply(self, a: Tensor, times: Tensor) -> Tensor:            # [n, n]
  b = a
  for i in range(int(times)):
    b = torch.mm(a, a)
  return b

# One vector through every matrix, and nothing else: each weight is read once. ones: as long as the widest matrix.
def stream(self, matrices: List[Tensor], ones: Tensor, times: Tensor) -> Tensor:
  y = ones
  for i in range(int(times)):
    for matrix in matrices:
      y = torch.mv(matrix, ones[0:matrix.size(1)])
  return y
