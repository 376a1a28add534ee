# the student's distribution over the tokens [U] and what is left, [N, U+1]
def student_rows(self, all_log_q: Tensor, union: Tensor) -> Tensor:
  log_q = torch.index_select(all_log_q, 1, union)
  everywhere = torch.ones_like(log_q) > 0.0
  log_q = torch.cat([log_q, self.log_tail(self.log_mass(log_q, everywhere))], 1)
  counted = torch.cat([everywhere, torch.full_like(log_q[:, :1], 1.0) * (all_log_q.size(1) - union.size(0)) > 0.5], 1)
  tempered = self.tempered(log_q, counted, torch.full_like(log_q[:, :1], ${TEMPERATURE}))
  return torch.masked_fill(torch.exp(tempered), torch.logical_not(counted), 0.0)

# the teacher's distribution over the same; index says where among them each entry of the support is, [N, S]
def teacher_rows(self, log_p: Tensor, counted: Tensor, index: Tensor, student: Tensor) -> Tensor:
  tempered = self.tempered(log_p, counted, torch.full_like(log_p[:, :1], ${TEMPERATURE}))
  p = torch.masked_fill(torch.exp(tempered), torch.logical_not(counted), 0.0)                  # [N, S+1]
  columns = torch.cat([index, torch.full_like(index[:, :1], student.size(1) - 1)], 1)
  return torch.scatter_add(torch.zeros_like(student), 1, columns, torch.to(p, student))

# what each of the student's positions adds to the cost of the transport, [N]
def cost(self, student: Tensor, teacher: Tensor) -> Tensor:
  distances = torch.cdist(student, teacher, 1.0)                                               # [N, N]
  plan = torch.exp(-distances / ${REGULARISATION})
  for i in range(${ITERATIONS}):
    plan = plan / torch.sum(plan, [1], True)
    plan = plan / torch.sum(plan, [0], True)
  return torch.sum(plan * distances, [1])

def loss(self, ${ARGUMENTS}) -> Tuple[Tensor, Tensor]:
  all_log_q = self.student(logits, rows)                                                       # [N, V]
  log_p, log_q, counted, p_mass, q_mass = self.on_support(all_log_q, tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
  losses = ${DIVERGENCE_WEIGHT} * self.over_support(self.kl_terms(log_p, log_q), counted)      # [N], as is all below
  cost = torch.zeros_like(losses)
  n = losses.size(0)
  if n > 0:
    ids, at_ids = self.support(tokens, teacher, teacher_top_ids, teacher_top, student_top_ids, teacher_at_student_top)
    union, index, counts = torch._unique2(ids, True, True, False)                              # [U], [N, S]
    student = self.student_rows(all_log_q, union)
    cost = self.cost(student, self.teacher_rows(log_p, counted, index, student))
  losses = losses + ${WEIGHT} * n * cost
  metrics = self.watched_on_support(losses, all_log_q, p_mass, q_mass, tokens, behavior, teacher, teacher_top_ids, student_top_ids, teacher_entropy)
  metrics.append(cost)
  return (self.mean(losses, trajectory_weight, trained, total_tokens, total_sequences), self.sums(metrics))
