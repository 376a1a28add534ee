# SPDX-License-Identifier: Apache-2.0
#
# Decoders as TorchScript text: Llama, Mistral, Qwen2, Qwen3 and GPT-2. Java compiles it with the constants in ${...}. Where a
# switch is True or False in the condition itself, torch compiles the branch taken and no other.
#
# B rows, T positions, C hidden size, V vocabulary, H query heads, K key/value heads, D head size, F feed-forward size, S slots.
# w: the weights in the order of WeightsLayout; those of a layer are at `i` plus a constant, and the constant of a bias that
# the decoder does not have is 0. rope: [D], by what angle the elements of a head turn from one position to the next: the first
# half as its partners in the second, with the sign changed.
# Nothing here is random and nothing is kept: equal inputs give equal bits.

# ---- precision

# In full precision nothing is converted. In half precision matrices and what they read are bf16; the residual stream, the
# norms, the rotation and the logits stay f32. Weights come as they are stored: also f32, while they are trained.

def rounded(self, x: Tensor) -> Tensor:
  if ${HALF}:
    x = torch.to(x, 15)
  return x

def widened(self, x: Tensor) -> Tensor:
  if ${HALF}:
    x = torch.to(x, 6)
  return x

# ---- parts of a layer

# Divides by the root mean square of the last axis; eps: [1].
def unit(self, x: Tensor, eps: Tensor) -> Tensor:
  norm = torch.linalg_vector_norm(x, 2, [-1], True)
  return x * torch.rsqrt(torch.addcmul(eps, norm, norm, value=1.0 / float(x.size(-1))))

def epsilon(self, x: Tensor) -> Tensor:                            # [1]
  return torch.new_full(x, [1], ${EPSILON})

# A norm whose gain is the weight at `norm`, and its bias, if it has one, the next.
def normed(self, x: Tensor, w: List[Tensor], norm: int, eps: Tensor) -> Tensor:
  if ${LAYER_NORM}:
    y = torch.layer_norm(x, [${C}], w[norm], w[norm + 1], ${EPSILON})
  else:
    y = self.unit(x, eps) * w[norm]
  return y

# x through a matrix and the bias at i + bias.
def linear(self, x: Tensor, matrix: Tensor, w: List[Tensor], i: int, bias: int) -> Tensor:
  if ${HALF}:
    x = torch.to(x, 15)
    matrix = torch.to(matrix, 15)
  if bias == 0:
    y = torch.linear(x, matrix)
  else:
    y = torch.linear(x, matrix, self.rounded(w[i + bias]))
  return y

def embedded_at(self, w: List[Tensor], ids: Tensor, positions: Tensor) -> Tensor:  # [.., N], [N] -> [.., N, C]
  x = self.widened(torch.embedding(w[0], ids))
  if not ${ROTARY}:
    x = x + self.widened(torch.embedding(w[1], torch.clamp_max(positions, w[1].size(0) - 1)))
  return x

# ---- whole sequences

# The gains of RMS norms are multiplied into the matrices that follow, and matrices that share an input are applied one by
# one: with thousands of positions that is less work, above all backward, than passes over the activations.

# What the matrix reads, and the matrix.
def reading(self, x: Tensor, w: List[Tensor], norm: int, matrix: int, eps: Tensor) -> Tuple[Tensor, Tensor]:
  if ${LAYER_NORM}:
    h = self.normed(x, w, norm, eps)
    m = w[matrix]
  else:
    h = self.unit(x, eps)
    m = w[matrix] * w[norm]
  return (self.rounded(h), self.rounded(m))

def feed_forward(self, x: Tensor, w: List[Tensor], i: int, eps: Tensor) -> Tensor:  # [B, T, C] -> [B, T, C]
  h, m = self.reading(x, w, i + ${FEED_FORWARD_NORM}, i + ${UP}, eps)
  if ${GATED}:
    gate, up = torch.split_with_sizes(m, [${F}, ${F}], 0)
    if ${UP_BIAS} == 0:
      y = torch.silu(torch.linear(h, gate)) * torch.linear(h, up)
    else:
      gate_bias, up_bias = torch.split_with_sizes(self.rounded(w[i + ${UP_BIAS}]), [${F}, ${F}], 0)
      y = torch.silu(torch.linear(h, gate, gate_bias)) * torch.linear(h, up, up_bias)
  else:
    y = torch.gelu(self.linear(h, m, w, i, ${UP_BIAS}), approximate="tanh")
  return self.linear(y, w[i + ${DOWN}], w, i, ${DOWN_BIAS})

# Rows of query or key weights [heads D, ...], reordered so that the halves of a rotated pair are neighbours.
def paired(self, rows: Tensor) -> Tensor:
  if ${ROTARY}:
    rows = torch.unflatten(rows, 0, [-1, 2, ${D} // 2]).transpose(1, 2).flatten(0, 2)
  return rows

# Turns pairs as complex numbers: x [B, T, heads D], turn [T, 1, D/2] -> [B, heads, T, D]
# Before that, where heads have a norm, divides by it and multiplies by the gain at `gain`.
def rotated(self, x: Tensor, turn: Tensor, w: List[Tensor], gain: int, eps: Tensor) -> Tensor:
  heads = torch.unflatten(x, -1, [-1, ${D}])
  if ${HEAD_NORM}:
    heads = self.unit(self.widened(heads), eps) * self.paired(w[gain])
  if ${ROTARY}:
    pairs = torch.view_as_complex(torch.unflatten(self.widened(heads), -1, [${D} // 2, 2]))
    heads = self.rounded(torch.view_as_real(pairs * turn).flatten(3))
  return heads.transpose(1, 2)

# Each position with itself and those before it, as far as the window goes: q [B, H, T, D], k and v [B, K, T, D] -> [B, H, T, D]
def attended(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
  T = q.size(2)
  if T > ${WINDOW}:
    position = torch.arange(T, dtype=4, device=q.device)
    distance = position.unsqueeze(1) - position
    seen = (distance >= 0) & (distance < ${WINDOW})
    a = torch.scaled_dot_product_attention(q, self.shared(k), self.shared(v), seen, 0.0, False)
  else:
    a = torch.scaled_dot_product_attention(q, self.shared(k), self.shared(v), None, 0.0, True)
  return a

# Each key/value head once for every query head that shares it: [B, K, T, D] -> [B, H, T, D].
def shared(self, x: Tensor) -> Tensor:
  if ${H} == ${K}:
    y = x
  else:
    y = x.unsqueeze(2).expand([-1, -1, ${H} // ${K}, -1, -1]).reshape([x.size(0), ${H}, x.size(2), ${D}])
  return y

# Also returns the keys and values, [B, K, T, D], the elements of rotated keys in pairs.
def attention(self, x: Tensor, w: List[Tensor], i: int, turn: Tensor, eps: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  h, m = self.reading(x, w, i, i + ${QUERY_KEY_VALUE}, eps)
  sizes = [${H} * ${D}, ${K} * ${D}, ${K} * ${D}]
  wq, wk, wv = torch.split_with_sizes(m, sizes, 0)
  if ${QUERY_KEY_VALUE_BIAS} == 0:
    q = torch.linear(h, self.paired(wq))
    k = torch.linear(h, self.paired(wk))
    v = torch.linear(h, wv)
  else:
    bq, bk, bv = torch.split_with_sizes(self.rounded(w[i + ${QUERY_KEY_VALUE_BIAS}]), sizes, 0)
    q = torch.linear(h, self.paired(wq), self.paired(bq))
    k = torch.linear(h, self.paired(wk), self.paired(bk))
    v = torch.linear(h, wv, bv)
  q = self.rotated(q, turn, w, i + ${QUERY_NORM}, eps)
  k = self.rotated(k, turn, w, i + ${KEY_NORM}, eps)
  v = torch.unflatten(v, -1, [${K}, ${D}]).transpose(1, 2)
  a = self.attended(q, k, v).transpose(1, 2).flatten(2)
  return (self.linear(a, w[i + ${ATTENTION_OUTPUT}], w, i, ${ATTENTION_OUTPUT_BIAS}), k, v)

def hidden(self, w: List[Tensor], rope: Tensor, ids: Tensor) -> Tensor:  # [B, T] -> [B, T, C], before the last norm
  return self.trunk(w, rope, ids, annotate(List[Tensor], []), ids)

# Hidden states of ids [B, T]; where a cache is given, stores the keys and values of each row into its slot [B].
def trunk(self, w: List[Tensor], rope: Tensor, ids: Tensor, cache: List[Tensor], slots: Tensor) -> Tensor:
  return self.layers(w, rope, self.embedded(w, ids), 0, ${L}, cache, slots)

def embedded(self, w: List[Tensor], ids: Tensor) -> Tensor:              # [B, T] -> [B, T, C]
  return self.embedded_at(w, ids, torch.arange(ids.size(1), dtype=4, device=ids.device))

# The layers from `first` to before `last`, as `trunk` runs them all: [B, T, C] -> [B, T, C]
def layers(self, w: List[Tensor], rope: Tensor, x: Tensor, first: int, last: int, cache: List[Tensor], slots: Tensor) -> Tensor:
  T = x.size(1)
  angles = torch.arange(T, dtype=6, device=x.device).view([T, 1, 1]) * rope[${D} // 2:${D}]
  turn = torch.complex(torch.cos(angles), torch.sin(angles))
  eps = self.epsilon(x)
  for layer in range(first, last):
    i = ${FIRST} + ${STRIDE} * layer
    a, k, v = self.attention(x, w, i, turn, eps)
    if torch.len(cache) > 0:
      if ${ROTARY}:
        k = torch.unflatten(k, -1, [${D} // 2, 2]).transpose(-1, -2).flatten(3)
      cache[layer][0, slots, :, 0:T] = k
      cache[layer][1, slots, :, 0:T] = v
    x = x + a
    x = x + self.feed_forward(x, w, i, eps)
  return x

# Logits of some positions only: hidden [B, T, C], rows [N] through the flattened [B T] -> [N, V]
def head(self, w: List[Tensor], hidden: Tensor, rows: Tensor) -> Tensor:
  return self.predicted(w, self.picked(hidden, rows))

def picked(self, hidden: Tensor, rows: Tensor) -> Tensor:                # [B, T, C], [N] -> [N, C]
  return torch.index_select(hidden.reshape([-1, ${C}]), 0, rows)

def predicted(self, w: List[Tensor], states: Tensor) -> Tensor:          # [N, C] -> [N, V]
  return self.widened(self.linear(self.normed(states, w, ${NORM}, self.epsilon(states)), w[${HEAD}], w, 0, 0))

def logits(self, w: List[Tensor], rope: Tensor, ids: Tensor, rows: Tensor) -> Tensor:
  return self.head(w, self.trunk(w, rope, ids, annotate(List[Tensor], []), ids), rows)

# ---- training, in pieces that are backpropagated one by one

def layer(self, w: List[Tensor], rope: Tensor, x: Tensor, index: Tensor) -> Tensor:  # [B, T, C] -> [B, T, C]
  return self.layers(w, rope, x, int(index), int(index) + 1, annotate(List[Tensor], []), index)

def states(self, w: List[Tensor], rope: Tensor, ids: Tensor, rows: Tensor) -> Tensor:  # [B, T], [N] -> [N, C]
  return self.picked(self.trunk(w, rope, ids, annotate(List[Tensor], []), ids), rows)

# Logits of `bounds[1]` states from `bounds[0]` on: [N, C], i64 [2] -> [.., V]
def some_logits(self, w: List[Tensor], states: Tensor, bounds: Tensor) -> Tensor:
  return self.predicted(w, torch.narrow(states, 0, int(bounds[0]), int(bounds[1])))

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
  column = positions.unsqueeze(1)
  place = torch.arange(length, dtype=4, device=ids.device)
  seen = place <= column
  if ${WINDOWED}:
    seen = seen & (place > column - ${WINDOW})
  bias = self.rounded(torch.log(seen))                                   # 0 where seen, else -inf
  bias = bias.view([S, 1, 1, length]).expand([S, 1, ${H} // ${K}, length])
  target = annotate(List[Optional[Tensor]], [None, torch.arange(S, dtype=4, device=ids.device), None, positions])
  angles = torch.to(positions, 6).view([S, 1, 1]) * rope
  cos = torch.cos(angles)
  sin = torch.sin(angles)
  x = self.embedded_at(w, ids, positions)
  eps = self.epsilon(x)
  for layer in range(${L}):
    i = ${FIRST} + ${STRIDE} * layer
    store = cache[layer]
    qkv = self.product(self.normed(x, w, i, eps), w[i + ${QUERY_KEY_VALUE}], w, i, ${QUERY_KEY_VALUE_BIAS})
    if ${HALF}:
      qkv = torch.to(qkv, 6)
    qkv = qkv.contiguous().view([S, ${H} + 2 * ${K}, ${D}])
    if ${HEAD_NORM}:
      gain = torch.cat([w[i + ${QUERY_NORM}].expand([${H}, ${D}]), w[i + ${KEY_NORM}].expand([${K}, ${D}])])
      qk = torch.narrow(qkv, 1, 0, ${H} + ${K})
      torch.copy_(qk, self.unit(qk, eps) * gain)
    if ${ROTARY}:
      qk = torch.narrow(qkv, 1, 0, ${H} + ${K})
      other = torch.roll(qk, [${D} // 2], [-1])
      torch.addcmul_(torch.mul_(qk, cos), other, sin)
    if ${HALF}:
      qkv = torch.to(qkv, 15)
    torch.index_put_(store, target, torch.narrow(qkv, 1, ${H}, 2 * ${K}).view([S, 2, ${K}, ${D}]))
    seen = torch.narrow(torch.narrow(store, 1, 0, S), 3, 0, length)      # [2, S, K, length, D]
    q = torch.narrow(qkv, 1, 0, ${H}).reshape([S, ${K}, ${H} // ${K}, ${D}])
    a = torch.scaled_dot_product_attention(q, seen[0], seen[1], bias, 0.0, False).reshape([S, ${H} * ${D}])
    x = x + self.product(a, w[i + ${ATTENTION_OUTPUT}], w, i, ${ATTENTION_OUTPUT_BIAS})
    y = self.product(self.normed(x, w, i + ${FEED_FORWARD_NORM}, eps), w[i + ${UP}], w, i, ${UP_BIAS})
    if ${GATED}:
      gate, up = torch.split_with_sizes(y, [${F}, ${F}], -1)
      y = torch.silu(gate) * up
    else:
      y = torch.gelu(y, approximate="tanh")
    x = x + self.product(y, w[i + ${DOWN}], w, i, ${DOWN_BIAS})
  return self.widened(self.product(self.normed(x, w, ${NORM}, eps), w[${HEAD}], w, 0, 0)).contiguous()

# As `linear`, x [S, in] -> [S, out]. With many rows the matrix comes first, as the kernel that has the long side there reads it
# without rearranging it; the result's columns then lie one after the other.
def product(self, x: Tensor, matrix: Tensor, w: List[Tensor], i: int, bias: int) -> Tensor:
  if ${HALF}:
    x = torch.to(x, 15)
    matrix = torch.to(matrix, 15)
  if x.size(0) < 16:
    y = torch.mm(x, matrix.t())
  else:
    y = torch.mm(matrix, x.t()).t()
  if bias > 0:
    y = y + self.rounded(w[i + bias])
  return y

# An empty cache: slots and capacity, i64 [2].
def empty(self, rope: Tensor, room: Tensor) -> List[Tensor]:
  made = annotate(List[Tensor], [])
  for layer in range(${L}):
    made.append(self.rounded(torch.zeros([2, int(room[0]), ${K}, int(room[1]), ${D}], dtype=6, device=rope.device)))
  return made

# The same cache with room for more positions.
def grown(self, cache: List[Tensor], capacity: Tensor) -> List[Tensor]:
  wider = annotate(List[Tensor], [])
  for old in cache:
    new = self.rounded(torch.zeros([2, old.size(1), ${K}, int(capacity), ${D}], dtype=6, device=old.device))
    new[:, :, :, 0:old.size(3)] = old
    wider.append(new)
  return wider
