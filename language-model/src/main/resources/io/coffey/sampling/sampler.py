# SPDX-License-Identifier: Apache-2.0
#
# From logits to tokens, for any decoder. S slots, V vocabulary, R slots whose distribution differs from the model's own.
# A row's result depends on that row alone, bit for bit: not on its place, and not on how many rows there are.

# Tokens by their distribution functions, in f64, or rounding would add up over the vocabulary: log_probs [S, V], uniforms
# f64 [S, A] -> [S, A].
# Past the end only where rounding meets a uniform next to 1, or where the logits are no numbers.
def drawn(self, log_probs: Tensor, uniforms: Tensor) -> Tensor:
  total = torch.cumsum(torch.exp(log_probs), -1, dtype=7)
  return torch.searchsorted(total, uniforms * total[:, -1:], right=True).clamp(max=total.size(1) - 1)

# Further tokens for every slot: log_probs [S, V], uniforms f64 [S, A] -> tokens [S, A], their log-probabilities [S, A].
def alternatives(self, log_probs: Tensor, uniforms: Tensor) -> Tuple[Tensor, Tensor]:
  tokens = self.drawn(log_probs, uniforms)
  return (tokens, torch.gather(log_probs, 1, tokens))

# [S, V] -> [S, V]
def log_probs(self, logits: Tensor) -> Tensor:
  return torch.log_softmax(logits, -1)

# The logarithm of (1 - share) own + share partner: log_probs [S, V], partner's logits [S, V], shares f64 [S, 1] -> [S, V]
def mixed(self, log_probs: Tensor, partner: Tensor, share: Tensor) -> Tensor:
  share = torch.to(share, log_probs)
  return torch.logaddexp(log_probs + torch.log1p(-share), torch.log_softmax(partner, -1) + torch.log(share))

# One sample for every slot.
# logits: [S, V]. how: f64 [6, S]: uniforms, temperatures, top-k, top-p, min-p, repetition penalties. rows: i64 [R].
# seen: i64 [2, N], for tokens already in a sequence that has a repetition penalty: place among `rows`, token.
# -> tokens [S]; log-probability of each under the model and under the distribution sampled, f32 [2, S]; all of the model's
# log-probabilities, f32 [S, V].
def sample(self, logits: Tensor, how: Tensor, rows: Tensor, seen: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  lp = torch.log_softmax(logits, -1)
  sampled = lp
  if rows.size(0) > 0:
    own = torch.to(torch.index_select(logits, 0, rows), 7)
    processed = self.processed(own, torch.index_select(how, 1, rows), seen)
    sampled = torch.index_copy(lp, 0, rows, torch.to(processed, 6))
  tokens = self.drawn(sampled, how[0].unsqueeze(1))
  chosen = torch.stack([torch.gather(lp, 1, tokens), torch.gather(sampled, 1, tokens)])
  return (tokens.squeeze(1), chosen.squeeze(2), lp)

# The log-distribution that is sampled, in the order of Hugging Face's processors: repetition penalty, temperature, top-k,
# top-p, min-p. logits f64 [R, V], how [6, R]. A row that asks for nothing comes out as its plain log-softmax, bit for bit.
def processed(self, logits: Tensor, how: Tensor, seen: Tensor) -> Tensor:
  logits = self.penalized(logits, how[5], seen)
  temperature = how[1].unsqueeze(1)
  greedy = temperature == 0.0
  scaled = logits / torch.masked_fill(temperature, greedy, 1.0)
  removed = torch.zeros_like(logits, dtype=11)
  if bool(torch.any((how[2] > 0.0) | (how[3] < 1.0))):
    removed = self.outside_top(scaled, how[2], how[3])
  kept = torch.softmax(torch.masked_fill(scaled, removed, float("-inf")), -1)
  removed = removed | (kept < how[4].unsqueeze(1) * torch.amax(kept, [-1], True))
  likeliest = torch.arange(logits.size(1), dtype=4, device=logits.device) == torch.argmax(logits, -1, True)
  removed = torch.where(greedy, torch.logical_not(likeliest), removed)
  return torch.log_softmax(torch.masked_fill(scaled, removed, float("-inf")), -1)

# Logits of tokens already seen, made less likely: divided where positive, multiplied where negative.
def penalized(self, logits: Tensor, penalty: Tensor, seen: Tensor) -> Tensor:
  if seen.size(1) > 0:
    at = seen[0] * logits.size(1) + seen[1]
    values = torch.take(logits, at)
    factor = torch.index_select(penalty, 0, seen[0])
    logits = torch.put(logits, at, torch.where(values < 0.0, values * factor, values / factor))
  return logits

# Which tokens are not among the k likeliest, or not in the smallest set of mass p. scaled [R, V] -> bool [R, V]
def outside_top(self, scaled: Tensor, top_k: Tensor, top_p: Tensor) -> Tensor:
  V = scaled.size(1)
  mass = top_p.unsqueeze(1)
  sorted, order = torch.sort(scaled, -1)
  kept = torch.to(torch.where(top_k > 0.0, top_k, float(V)), 4).clamp(1, V).unsqueeze(1)
  threshold = torch.gather(sorted, 1, V - kept)
  sorted = torch.masked_fill(sorted, sorted < threshold, float("-inf"))
  outside = (torch.cumsum(torch.softmax(sorted, -1), -1) <= 1.0 - mass) & (mass < 1.0)
  outside[:, -1] = False
  return torch.scatter(outside, 1, order, outside) | (scaled < threshold)
