# Hellinger distance of two distributions, [N]
def hellinger(self, log_p: Tensor, log_q: Tensor, counted: Tensor) -> Tensor:
  difference = torch.exp(0.5 * log_p) - torch.exp(0.5 * log_q)                                 # [N, S']
  return torch.sqrt(0.5 * self.over_support(difference * difference, counted))

# what distances are compared with, [], of all and of the kept ones, largest first
def median(self, distances: Tensor, kept: Tensor) -> Tensor:
  if "${MEDIAN}" == "kept":
    return torch.median(kept)                                                                  # of two middles the lower
  ordered, order = torch.sort(distances)
  n = distances.size(0)
  return 0.5 * (ordered[(n - 1) // 2] + ordered[n // 2])

# temperature of each token, [N]; tanh(log(s / m)) is (s^2 - m^2) / (s^2 + m^2)
def temperatures(self, distances: Tensor, median: Tensor) -> Tensor:
  s = distances * distances
  m = median * median
  return ${BASE_TEMPERATURE} * torch.exp(-${TEMPERATURE_SCALE} * (s - m) / torch.clamp_min(s + m, 1e-30))

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  distances = self.hellinger(log_p, torch.detach(log_q), counted)                              # [N], as is all below
  temperature = torch.ones_like(distances)
  weight = torch.zeros_like(distances)
  n = distances.size(0)
  if n > 0:
    count = max(1, int(n * float(keptShare)))
    largest, index = torch.topk(distances, count, 0, True, True)
    temperature = self.temperatures(distances, self.median(distances, largest))
    weight = torch.index_fill(weight, 0, index, n / count)
  column = torch.unsqueeze(temperature, 1)
  log_p = self.tempered(log_p, counted, column)                                                # [N, S']
  log_q = self.tempered(log_q, counted, column)
  if "${DIRECTION}" == "forward":
    terms = self.kl_terms(log_p, log_q)
  else:
    terms = self.kl_terms(log_q, log_p)
  losses = weight * temperature * temperature * self.over_support(terms, counted)
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  metrics.append(distances)
  metrics.append(torch.gt(weight, 0.0))
  metrics.append(temperature)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
