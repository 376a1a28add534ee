# SPDX-License-Identifier: Apache-2.0
#
# A Llama-family decoder as TorchScript text; Java compiles it with the constants in ${...}.
#
# B rows, T positions, C hidden size, V vocabulary, H query heads, K key/value heads, G = H / K, D head size, S slots.
# w: the weights in the order of WeightsLayout. rope: [2, longest, D], cosines and signed sines.
# Nothing here is random and nothing is kept: equal inputs give equal bits.

# ---- whole sequences

# The gains of the norms are multiplied into the matrices that follow, and matrices that share an input are applied one by
# one: with thousands of positions that is less work, above all backward, than passes over the activations.

def unit(self, x: Tensor) -> Tensor:                               # [..., C] -> [..., C], root mean square 1
  norm = torch.linalg_vector_norm(x, 2, [-1], True)
  return x * torch.rsqrt(norm * norm * (1.0 / ${C}) + ${EPSILON})

def feed_forward(self, x: Tensor, gain: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:  # [B, T, C] -> [B, T, C]
  gate, up = torch.split_with_sizes(gate_up * gain, [${F}, ${F}], 0)
  h = self.unit(x)
  return torch.linear(torch.silu(torch.linear(h, gate)) * torch.linear(h, up), down)

# Rows of query or key weights [heads D, C], reordered so that the halves of a rotated pair are neighbours.
def paired(self, weight: Tensor) -> Tensor:
  return weight.view([-1, 2, ${D} // 2, ${C}]).transpose(1, 2).reshape([-1, ${C}])

# Turns pairs as complex numbers: x [B, T, heads D], turn [T, 1, D/2] -> [B, heads, T, D]
def rotated(self, x: Tensor, turn: Tensor) -> Tensor:
  pairs = torch.view_as_complex(x.view([x.size(0), x.size(1), -1, ${D} // 2, 2]))
  return torch.view_as_real(pairs * turn).flatten(3).transpose(1, 2)

# Causal attention; also returns the keys and values, [B, K, T, D], the keys' elements in pairs.
def attention(self, x: Tensor, gain: Tensor, query_key_value: Tensor, out: Tensor, turn: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  B = x.size(0)
  T = x.size(1)
  wq, wk, wv = torch.split_with_sizes(query_key_value * gain, [${H} * ${D}, ${K} * ${D}, ${K} * ${D}], 0)
  h = self.unit(x)
  q = self.rotated(torch.linear(h, self.paired(wq)), turn)
  k = self.rotated(torch.linear(h, self.paired(wk)), turn)
  v = torch.linear(h, wv).view([B, T, ${K}, ${D}]).transpose(1, 2)
  a = torch.scaled_dot_product_attention(q, self.shared(k), self.shared(v), None, 0.0, True)
  return (torch.linear(a.transpose(1, 2).reshape([B, T, ${H} * ${D}]), out), k, v)

# Each key/value head once for every query head that shares it: [B, K, T, D] -> [B, H, T, D].
def shared(self, x: Tensor) -> Tensor:
  if ${H} == ${K}:
    y = x
  else:
    y = x.unsqueeze(2).expand([-1, -1, ${H} // ${K}, -1, -1]).reshape([x.size(0), ${H}, x.size(2), ${D}])
  return y

def hidden(self, w: List[Tensor], rope: Tensor, ids: Tensor) -> Tensor:  # [B, T] -> [B, T, C], before the last norm
  return self.trunk(w, rope, ids, annotate(List[Tensor], []), ids)

# Hidden states of ids [B, T]; where a cache is given, stores the keys and values of each row into its slot [B].
def trunk(self, w: List[Tensor], rope: Tensor, ids: Tensor, cache: List[Tensor], slots: Tensor) -> Tensor:
  B = ids.size(0)
  T = ids.size(1)
  turn = torch.complex(rope[0, 0:T, 0:${D} // 2], rope[1, 0:T, ${D} // 2:${D}]).unsqueeze(1)
  x = torch.embedding(w[0], ids)
  for layer in range(${L}):
    i = 6 * layer + 1
    a, k, v = self.attention(x, w[i], w[i + 1], w[i + 2], turn)
    if torch.len(cache) > 0:
      halves = k.reshape([B, ${K}, T, ${D} // 2, 2]).transpose(-1, -2).reshape([B, ${K}, T, ${D}])
      cache[layer][0, slots, :, 0:T] = halves
      cache[layer][1, slots, :, 0:T] = v
    x = x + a
    x = x + self.feed_forward(x, w[i + 3], w[i + 4], w[i + 5])
  return x

# Logits of some positions only: hidden [B, T, C], rows [N] through the flattened [B T] -> [N, V]
def head(self, w: List[Tensor], hidden: Tensor, rows: Tensor) -> Tensor:
  h = torch.index_select(hidden.reshape([-1, ${C}]), 0, rows)
  return torch.linear(self.unit(h) * w[6 * ${L} + 1], w[${HEAD}])

def logits(self, w: List[Tensor], rope: Tensor, ids: Tensor, rows: Tensor) -> Tensor:
  return self.head(w, self.trunk(w, rope, ids, annotate(List[Tensor], []), ids), rows)

# ---- scoring

# Log-probabilities at rows [N] of hidden states [B, T, C]: -> all [N, V], and those of the targets [N, 1], [N].
def log_probs(self, w: List[Tensor], hidden: Tensor, rows: Tensor, targets: Tensor) -> Tuple[Tensor, Tensor]:
  lp = torch.log_softmax(self.head(w, hidden, rows), -1)
  return (lp, self.at(lp, targets).squeeze(1))

def at(self, lp: Tensor, ids: Tensor) -> Tensor:                         # [N, V], [N, K] -> [N, K]
  return torch.gather(lp, 1, ids)

def top(self, lp: Tensor, count: Tensor) -> Tuple[Tensor, Tensor]:       # [N, V] -> log-probabilities, ids [N, count]
  values, ids = torch.topk(lp, int(count), -1, True, True)
  return (torch.to(values, 6), ids)

def entropy(self, lp: Tensor) -> Tensor:                                 # [N, V] -> [N]
  return torch.to(torch.neg(torch.sum(torch.exp(lp) * lp, [-1])), 6)

# ---- generation

# cache: for each layer [2, S + 1, K, capacity, D], keys and values. The last slot takes what no request needs.

# Keys and values of whole prompts ids [B, T] into slots [B]. Positions behind a prompt's end hold rubbish that decoding
# overwrites before it looks at them.
def prefill(self, w: List[Tensor], rope: Tensor, cache: List[Tensor], ids: Tensor, slots: Tensor) -> Tensor:
  return self.trunk(w, rope, ids, cache, slots)

# One position for every slot: tokens and positions i64 [2, S], attending to the first `bound` positions of the cache. -> logits [S, V]
def decode(self, w: List[Tensor], rope: Tensor, cache: List[Tensor], at: Tensor, bound: Tensor) -> Tensor:
  ids, positions, length = at[0], at[1], int(bound)
  S = ids.size(0)
  slot = torch.arange(S, dtype=4, device=ids.device)
  table = torch.index_select(rope, 1, positions).unsqueeze(2)            # [2, S, 1, D]
  cos = table[0]
  sin = table[1]
  behind = torch.arange(length, dtype=4, device=ids.device) > positions.unsqueeze(1)
  bias = torch.masked_fill(torch.zeros([S, length], dtype=6, device=ids.device), behind, float("-inf"))
  bias = bias.view([S, 1, 1, length]).expand([S, 1, ${H} // ${K}, length])
  x = torch.embedding(w[0], ids)
  for layer in range(${L}):
    i = 6 * layer + 1
    store = cache[layer]
    qkv = torch.linear(self.unit(x) * w[i], w[i + 1]).view([S, ${H} + 2 * ${K}, ${D}])
    qk = torch.narrow(qkv, 1, 0, ${H} + ${K})
    other = torch.roll(qk, [${D} // 2], [-1])
    torch.addcmul_(torch.mul_(qk, cos), other, sin)
    store[:, slot, :, positions] = torch.narrow(qkv, 1, ${H}, 2 * ${K}).view([S, 2, ${K}, ${D}])
    seen = torch.narrow(torch.narrow(store, 1, 0, S), 3, 0, length)      # [2, S, K, length, D]
    q = torch.narrow(qkv, 1, 0, ${H}).reshape([S, ${K}, ${H} // ${K}, ${D}])
    a = torch.scaled_dot_product_attention(q, seen[0], seen[1], bias, 0.0, False)
    x = x + torch.linear(a.reshape([S, ${H} * ${D}]), w[i + 2])
    gate, up = torch.split_with_sizes(torch.linear(self.unit(x) * w[i + 3], w[i + 4]), [${F}, ${F}], -1)
    x = x + torch.linear(torch.silu(gate) * up, w[i + 5])
  return torch.linear(self.unit(x) * w[6 * ${L} + 1], w[${HEAD}])

# The same cache with room for more positions.
def grown(self, cache: List[Tensor], capacity: Tensor) -> List[Tensor]:
  wider = annotate(List[Tensor], [])
  for old in cache:
    new = torch.zeros([2, old.size(1), ${K}, int(capacity), ${D}], dtype=6, device=old.device)
    new[:, :, :, 0:old.size(3)] = old
    wider.append(new)
  return wider
