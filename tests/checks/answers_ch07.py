"""Right answers to chapter 07's exercises, as learners write them."""

import math
from collections import deque

import networkx as nx
import numpy as np
import torch
from scipy import sparse


def energy_slices(labels, costs, weight):
    own = np.where(labels == 1, costs[1], costs[0]).sum()
    across = (labels[:, 1:] != labels[:, :-1]).sum()
    down = (labels[1:] != labels[:-1]).sum()
    return own + weight * (across + down)


def energy_loops(x, prices, w):
    total = 0
    rows, columns = x.shape
    for y in range(rows):
        for c in range(columns):
            total += prices[x[y, c]][y][c]
            if y + 1 < rows and x[y, c] != x[y + 1, c]:
                total += w
            if c + 1 < columns and x[y, c] != x[y, c + 1]:
                total += w
    return total


def energy_products(labels, costs, weight):
    u = (labels * costs[1] + (1 - labels) * costs[0]).sum()
    v = np.abs(np.diff(labels, axis=0)).sum() + np.abs(np.diff(labels, axis=1)).sum()
    return u + weight * v


def energy_torch(labels, costs, weight):
    x, c = torch.as_tensor(labels), torch.as_tensor(costs).double()
    u = c.gather(0, x[None]).sum()
    v = (x[1:] != x[:-1]).sum() + (x[:, 1:] != x[:, :-1]).sum()
    return u + weight * v


def merge_lists(n, edges, k):
    region, size, longest = list(range(n)), [1] * n, [0.0] * n
    for a, b, w in sorted(edges.tolist(), key=lambda edge: edge[2]):
        one, two = region[int(a)], region[int(b)]
        if one == two or w > min(longest[one] + k / size[one], longest[two] + k / size[two]):
            continue
        region = [one if r == two else r for r in region]
        size[one] += size[two]
        longest[one] = w
    return len(set(region))


def merge_forest(n, edges, scale):
    parent, size, inner = list(range(n)), [1] * n, [0.0] * n

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    left = n
    for row in np.argsort(edges[:, 2], kind="stable"):
        a, b = root(int(edges[row, 0])), root(int(edges[row, 1]))
        w = edges[row, 2]
        if a != b and w <= inner[a] + scale / size[a] and w <= inner[b] + scale / size[b]:
            parent[b] = a
            size[a] += size[b]
            inner[a] = w
            left -= 1
    return left


def merge_sets(n, edges, k):
    regions = [({i}, 0.0) for i in range(n)]
    for a, b, w in sorted(map(tuple, edges), key=lambda e: e[-1]):
        one = next(r for r in regions if a in r[0])
        two = next(r for r in regions if b in r[0])
        if one is two:
            continue
        if w <= min(inside + k / len(nodes) for nodes, inside in (one, two)):
            regions = [r for r in regions if r is not one and r is not two]
            regions.append((one[0] | two[0], w))
    return len(regions)


def merge_array(n, edges, k):
    region = np.arange(n)
    limit = np.full(n, float(k))
    for a, b, w in edges[np.argsort(edges[:, 2])]:
        p, q = region[int(a)], region[int(b)]
        if p != q and w <= np.minimum(limit[p], limit[q]):
            region[region == q] = p
            limit[p] = w + k / np.count_nonzero(region == p)
    return np.unique(region).size


def ncut_blocks(weights, side):
    cut = weights[side][:, ~side].sum()
    return cut / weights[side].sum() + cut / weights[~side].sum()


def ncut_loops(w, in_a):
    cut = assoc_a = assoc_b = 0.0
    for i in range(len(w)):
        for j in range(len(w)):
            if in_a[i]:
                assoc_a += w[i, j]
                if not in_a[j]:
                    cut += w[i, j]
            else:
                assoc_b += w[i, j]
    return cut / assoc_a + cut / assoc_b


def ncut_vectors(weights, side):
    a = side.astype(float)
    b = 1 - a
    degree = weights.sum(axis=1)
    cut = a @ weights @ b
    return cut * (1 / (a @ degree) + 1 / (b @ degree))


def ncut_sparse(weights, side):
    graph = sparse.coo_matrix(weights)
    parted = side[graph.row] & ~side[graph.col]
    cut = graph.data[parted].sum()
    inside = graph.data[side[graph.row]].sum()
    return cut / inside + cut / (graph.data.sum() - inside)


def assign_table(grey, weights, means, variances):
    off = grey[:, None] - means
    costs = -np.log(weights) + np.log(variances) / 2 + off**2 / (2 * variances)
    return costs.argmin(axis=1)


def assign_loops(values, shares, centres, spreads):
    chosen = []
    for z in values:
        best, least = -1, math.inf
        for j in range(len(shares)):
            d = 0.5 * math.log(spreads[j]) - math.log(shares[j])
            d += 0.5 * (z - centres[j]) ** 2 / spreads[j]
            if d < least:
                best, least = j, d
        chosen.append(best)
    return chosen


def assign_density(grey, weights, means, variances):
    power = -((grey - means[:, None]) ** 2) / variances[:, None] / 2
    density = weights[:, None] * np.exp(power) / np.sqrt(variances)[:, None]
    return np.argmax(density, axis=0)


def assign_torch(grey, weights, means, variances):
    z, w, m, v = (torch.as_tensor(x.copy()).double() for x in (grey, weights, means, variances))
    normal = torch.distributions.Normal(m, v.sqrt())
    return (normal.log_prob(z[:, None]) + w.log()).argmax(dim=1)


def cut_rounds(capacity, flow, source):
    room = capacity - flow > 0
    reached = np.arange(len(room)) == source
    for _ in range(len(room)):
        reached = reached | room[reached].any(axis=0)
    return reached


def cut_queue(c, f, s):
    seen = [False] * len(c)
    seen[s] = True
    waiting = deque([s])
    while waiting:
        a = waiting.popleft()
        for b in range(len(c)):
            if not seen[b] and f[a, b] < c[a, b]:
                seen[b] = True
                waiting.append(b)
    return seen


def cut_recursion(capacity, flow, source):
    seen = np.zeros(len(capacity), dtype=bool)

    def visit(node):
        seen[node] = True
        for other in np.flatnonzero(capacity[node] > flow[node]):
            if not seen[other]:
                visit(other)

    visit(source)
    return seen


def cut_networkx(capacity, flow, source):
    graph = nx.DiGraph(list(zip(*np.nonzero(capacity > flow), strict=True)))
    graph.add_nodes_from(range(len(capacity)))
    reached = nx.descendants(graph, source) | {source}
    return [node in reached for node in range(len(capacity))]
