"""The same bits under every schedule, on random programs: new ones every day, and some that once failed."""

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FUZZ = [sys.executable, REPOSITORY / "test/Fuzz/fuzz.py"]

# Always the same programs, under more schedules: of every kind, with nested solves, events, saves, records and sums.
KEPT = [(0, 32), (7000602, 7000603), (7002407, 7002408), (9000038, 9000039)]


def fuzz(*arguments):
    done = subprocess.run([*FUZZ, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


def seed_of_today():
    """EQ_FUZZ_SEED, or a number from the date: 300 programs that no other day of the next decades has."""
    given = os.environ.get("EQ_FUZZ_SEED")
    return int(given) if given else datetime.date.today().toordinal() % 20000 * 300 + 1000


def test_the_fuzzer_finds_what_is_planted():
    code, text = fuzz("--self-test")
    assert code == 0, text


def test_programs_of_today(tmp_path):
    seed = seed_of_today()
    print(f"utils/fuzz --seeds={seed}:{seed + 300} --schedules=1")
    code, text = fuzz(f"--seeds={seed}:{seed + 300}", "--schedules=1", f"--out={tmp_path}", "--reduce=2", "--reduce-time=40")
    assert code == 0, f"EQ_FUZZ_SEED={seed}\n{text}\n" + "\n".join(f.read_text() for f in tmp_path.glob("*.mlir"))
    # They do what they are for: most converge, some do not, and most run as lanes.
    shares = {name: int(share) for name, share in re.findall(r"(\w+) (\d+)%", text)}
    assert 30 <= shares["converged"] <= 95, text
    assert shares["max_iterations"] >= 2, text
    assert int(re.search(r"(\d+) programs ran as #eq.serial", text)[1]) < 200, text
    assert int(re.search(r"findings; (\d+) operations", text)[1]) > 120, text


def test_programs_that_are_kept(tmp_path):
    for first, last in KEPT:
        code, text = fuzz(f"--seeds={first}:{last}", f"--out={tmp_path}", "--reduce=0")
        assert code == 0, text


def test_programs_as_tiles(tmp_path):
    code, text = fuzz("--seeds=52000000:52000032", "--kind=tiles", f"--out={tmp_path}", "--reduce=0")
    assert code == 0, text
    # About half of them have tensors that tiles have no form for.
    assert int(re.search(r"(\d+) programs ran as #eq.serial", text)[1]) < 24, text
