# SPDX-License-Identifier: Apache-2.0
#
# A matrix of the decoder, of which some blocks of rows are changed: W + scale B A.
#
# w [R, C]; factors: A [r, C] and B [rows, r] for each block in turn; bounds: first row and number of rows of each block in
# turn, rising; scale: alpha / r. -> [R, C]
def adapted(self, w: Tensor, factors: List[Tensor], bounds: Tensor, scale: Tensor) -> Tensor:
  blocks = annotate(List[Tensor], [])
  row = 0
  for i in range(torch.len(factors) // 2):
    first = int(bounds[2 * i])
    rows = int(bounds[2 * i + 1])
    if first > row:
      blocks.append(torch.narrow(w, 0, row, first - row))
    blocks.append(torch.addmm(torch.narrow(w, 0, first, rows), factors[2 * i + 1], factors[2 * i], beta=1, alpha=float(scale)))
    row = first + rows
  if row < w.size(0):
    blocks.append(torch.narrow(w, 0, row, w.size(0) - row))
  return torch.cat(blocks)
