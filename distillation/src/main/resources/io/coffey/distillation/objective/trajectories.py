# Shared by the losses that look along trajectories or choose among their tokens: compiled after shared.py and before the loss's own.
#
# The trajectories of a micro-batch lie one after the other; sums over them are f64, as differences of long sums are taken.

# which trajectory each token belongs to, numbered without gaps, [N]
def trajectories(self, sequence: Tensor) -> Tensor:
  begins = torch.cat([torch.zeros_like(sequence[:1]), torch.to(torch.ne(sequence[1:], sequence[:-1]), 4)])
  return torch.cumsum(begins, 0)

# by trajectory, the sum of values, [N] and zeros after the last trajectory
def totals(self, values: Tensor, trajectory: Tensor) -> Tensor:
  return torch.index_add(torch.zeros_like(values), 0, trajectory, values)

# the sum of values from the beginning of its trajectory to each token, [N]
def running(self, values: Tensor, trajectory: Tensor) -> Tensor:
  totals = self.totals(values, trajectory)
  before = torch.cumsum(totals, 0) - totals
  return torch.cumsum(values, 0) - torch.index_select(before, 0, trajectory)

# 1 at the share of each trajectory's tokens that has the highest values, 0 elsewhere, [N]; of equal ones at the first
def highest(self, values: Tensor, share: float, trajectory: Tensor, trained: Tensor) -> Tensor:
  ordered, falling = torch.sort(values, stable=True, dim=0, descending=True)
  together, order = torch.sort(torch.index_select(trajectory, 0, falling), stable=True, dim=0, descending=False)
  rank = self.running(torch.ones_like(torch.to(values, 7)), trajectory)                        # from 1 in each trajectory
  most = torch.clamp_min(torch.ceil(share * trained - 1e-6), 1.0)                              # 1e-6: 0.1 * 30 is above 3
  return torch.scatter(torch.zeros_like(values), 0, torch.index_select(falling, 0, order), torch.zeros_like(values) + (rank <= most))

# weights of the chosen tokens whose mean over all tokens of a trajectory is the mean over the chosen, [N]
def mean_of(self, chosen: Tensor, trajectory: Tensor, trained: Tensor) -> Tensor:
  return chosen * trained / torch.index_select(self.totals(chosen, trajectory), 0, trajectory)

