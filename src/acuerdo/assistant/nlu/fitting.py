"""Learning the linear layer: multinomial logistic regression over dense and sparse blocks at once.

It stands here because it needs one set of weights over both, in float32 and in seconds; the
optimiser is SciPy's L-BFGS.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack, vstack

from acuerdo.assistant.nlu.grams import Counted, Vocabulary
from acuerdo.assistant.nlu.linear import Linear, Seen

Floats = NDArray[np.float32]

# Strength of the ridge penalty (inverse) and steps, found by grouped cross-validation: with fewer
# steps the rare words have not found their weights.
STRENGTH = 8.0
STEPS = 100


def fit(seen: Seen, wanted: Floats, weights: Floats, vocabulary: Vocabulary) -> Linear:
    """Fit the weights. `wanted` (n, intents) sums to 1 per row; `weights` (n,) counts rows."""
    dense = seen.meaning
    sparse = hstack([csr_matrix(seen.cues), matrix_of(seen.grams, len(vocabulary.grams))]).tocsr()
    turned = sparse.T.tocsr()
    count, intents = wanted.shape
    width, cues = dense.shape[1], seen.cues.shape[1]
    share = (weights * (count / weights.sum())).astype(np.float32)

    def cost(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        table = flat.reshape(width + sparse.shape[1] + 1, intents).astype(np.float32)
        logits = dense @ table[:width] + sparse @ table[width:-1] + table[-1]
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(axis=1, keepdims=True)
        loss = share @ (np.log(sums[:, 0]) - (wanted * logits).sum(axis=1))
        error = (powers / sums - wanted) * share[:, None]
        slope = np.vstack(
            [
                dense.T @ error + table[:width] / STRENGTH,
                turned @ error + table[width:-1] / STRENGTH,
                error.sum(axis=0)[None],
            ]
        )
        penalty = 0.5 / STRENGTH * float((table[:-1] ** 2).sum())
        return float(loss) + penalty, slope.ravel().astype(np.float64)

    start = np.zeros((width + sparse.shape[1] + 1) * intents)
    found = minimize(
        cost, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 6}
    )
    table = found.x.reshape(width + sparse.shape[1] + 1, intents).astype(np.float32)
    return Linear(
        vocabulary,
        table[:width],
        table[width + cues : -1].astype(np.float16),
        table[width : width + cues],
        table[-1],
    )


def matrix_of(counted: Counted, width: int) -> csr_matrix:
    """Sparse rows as SciPy has them."""
    return csr_matrix(
        (counted.values, counted.indices, counted.starts), shape=(len(counted), width)
    )


def join(first: Seen, second: Seen) -> Seen:
    """Two sets of rows under each other."""
    width = 1 + max(
        int(first.grams.indices.max(initial=0)), int(second.grams.indices.max(initial=0))
    )
    both = vstack([matrix_of(first.grams, width), matrix_of(second.grams, width)]).tocsr()
    return Seen(
        np.vstack([first.meaning, second.meaning]),
        Counted(both.indices.astype(np.int32), both.data, both.indptr.astype(np.int32)),
        np.vstack([first.cues, second.cues]),
    )
