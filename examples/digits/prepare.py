"""Writes digits.npz: the 1,797 handwritten digits that scikit-learn ships, scaled, with a fixed split.

The result is committed, so this script is needed only to check where the numbers come from.
It is the one script here that needs scikit-learn (1.9 was used). Attribution: README.md.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HELD_OUT = 360
SEED = 0


def main():
    digits = load_digits()
    # Pixels are counts 0..16, so dividing by 16 is exact in float32.
    pixels = (digits.data / 16).astype(np.float32)
    labels = digits.target.astype(np.int32)
    _, test = train_test_split(
        np.arange(len(labels)), test_size=HELD_OUT, stratify=labels, random_state=SEED
    )
    held_out = np.zeros(len(labels), dtype=bool)
    held_out[test] = True
    path = Path(__file__).with_name("digits.npz")
    np.savez_compressed(path, pixels=pixels, labels=labels, held_out=held_out)
    print(f"{path.name}: {len(labels)} images, {held_out.sum()} of them held out")
    print("held out per digit:", np.bincount(labels[held_out]))


if __name__ == "__main__":
    main()
