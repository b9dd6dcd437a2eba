"""bench/gpu without a GPU: its predictions, its reading of machine code, its tables, and its timing of launches."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

GPU = Path(__file__).resolve().parents[2] / "bench/gpu"
sys.path.insert(0, str(GPU))
# The tests of conformance have a module of the name of bench/harness.
other = sys.modules.pop("harness", None)
predict, report, sass, tools = (importlib.import_module(f"device.{n}") for n in ("predict", "report", "sass", "tools"))
if other:
    sys.modules["harness"] = other

needs_ptxas = pytest.mark.skipif(not tools.find("ptxas"), reason="there is no ptxas")


def run(*options):
    return subprocess.run([sys.executable, str(GPU / "run"), *options], capture_output=True, text=True)


@needs_ptxas
def test_a_work_is_predicted(tmp_path):
    file = tmp_path / "predicted.json"
    done = run("--predict", "--only=lorenz-tsit5-f32-8", f"--json={file}")
    assert done.returncode == 0, done.stderr
    records = {record["work"]: record for record in json.loads(file.read_text())["times"]}
    # 8 and 8,388,608 samples: a launch and 17 steps one after another; and many times as long.
    few, many = (records[f"lorenz-tsit5-f32-{n}"]["ms"] for n in (8, 8388608))
    assert 0.001 < few < 1 < many < 100
    # What is printed is read back.
    rows = {row["work"]: row for row in report.read_table(done.stdout, "work")}
    assert float(rows["lorenz-tsit5-f32-8"]["ms"]) == pytest.approx(few, rel=1e-3)
    assert float(rows["lorenz-tsit5-f32-8"]["goal"]) == 0.2


def test_a_table_is_read_back():
    records = [
        {"work": "a", "row": "eq", "device_ms": 1.5, "goal": 30.0, "note": "x | y"},
        {"work": "a", "row": "jax", "failed": "no"},
    ]
    page = report.results(records, {"device": "one"})
    assert report.read_table(page, "work") == [
        {"work": "a", "row": "eq", "device_ms": "1.5", "goal": "30", "note": "x | y"},
        {"work": "a", "row": "jax", "note": "failed: no"},
    ]


def test_an_unknown_work_is_an_error():
    done = run("--list", "--only=none")
    assert done.returncode == 1
    assert "expected a work among (lorenz-rk4-1000-f32-8388608, " in done.stderr
    assert "but got 'none'" in done.stderr


# A kernel's loop: who is idle; the service, which stores and counts; the step, with a slow path; the jump back.
CODE = """
	.section	.text.solve_0,"ax",@progbits
        /*0000*/                   MOV R1, c[0x0][0x28] ;
.L_x_1:
        /*0010*/                   VOTEU.ANY UR4, UPT, !P0 ;
        /*0020*/              @!P3 BRA `(.L_x_3) ;
        /*0030*/               @P1 BRA `(.L_x_2) ;
        /*0040*/                   STG.E desc[UR12][R12.64], R40 ;
.L_x_2:
        /*0050*/                   ATOMG.E.ADD.STRONG.GPU PT, R8, desc[UR12][R8.64], R7 ;
        /*0060*/                   FADD R9, R9, R9 ;
.L_x_3:
        /*0070*/              @!P2 EXIT ;
        /*0080*/                   FFMA R2, R2, R3, R4 ;
        /*0090*/                   DFMA R6, R6, R6, R6 ;
        /*00a0*/               @P2 BRA P3, `(.L_x_4) ;
        /*00b0*/                   CALL.REL.NOINC `($slow) ;
.L_x_4:
        /*00c0*/                   FFMA R2, R2, R3, R2 ;
        /*00d0*/                   BRA `(.L_x_1) ;
$slow:
        /*00e0*/                   MUFU.RCP R9, R9 ;
        /*00f0*/                   RET.REL.NODEC R44 `(solve_0) ;
"""


def test_the_step_and_the_service_are_told_apart():
    loop = sass.find_loop(sass.functions(CODE)["solve_0"])
    assert [i.base for i in loop.step] == ["VOTEU", "BRA", "EXIT", "FFMA", "DFMA", "BRA", "FFMA", "BRA"]
    assert [i.base for i in loop.service] == ["BRA", "STG", "ATOMG", "FADD"]
    assert loop.notes == []
    assert sass.cycles_of_many(loop.step) == 8


PTX = """
.visible .entry solve_0(
	.param .u64 solve_0_param_0
)
.maxntid 128
{
	ld.param.b64 	%rd1, [solve_0_param_0];
$L__BB0_1:
	vote.sync.ballot.b32 	%r4, %p3, -1;
	@%p1 bra 	$L__BB0_3;
	atom.global.add.u32 	%r1, [%rd9], 1;
	st.global.b32 	[%rd1], %r1;
$L__BB0_3:
	@%p2 bra 	$L__BB0_9;
	fma.rn.f32 	%f1, %f1, %f2, %f3;
	bra.uni 	$L__BB0_1;
$L__BB0_9:
	ret;
}
"""


def test_ptx_is_read_where_there_is_no_disassembler():
    loop = sass.find_loop(sass.ptx_functions(PTX)["solve_0"])
    assert [i.opcode for i in loop.step] == ["vote.sync.ballot.b32", "bra", "bra", "fma.rn.f32", "bra.uni"]
    assert [i.opcode for i in loop.service] == ["atom.global.add.u32", "st.global.b32"]


def test_latency_is_that_of_the_chain():
    # A chain of 2 of each step to the next: 4 cycles each. 8 that are independent: one a cycle.
    chain = [sass.Instruction(0, "", "FFMA", "R2, R2, R3, R4"), sass.Instruction(16, "", "FFMA", "R2, R2, R3, R4")]
    free = [sass.Instruction(0, "", "FFMA", f"R{i}, R{i}, R3, R4") for i in range(10, 18)]
    assert sass.cycles_of_one(chain) == 8
    assert sass.cycles_of_one(free) == 8
    wide = [sass.Instruction(0, "", "DFMA", f"R{i}, R{i}, R4, R6") for i in range(10, 26, 2)]
    assert sass.cycles_of_one(wide) == sass.cycles_of_many(wide) == 16


def test_refill_keeps_threads_busy():
    np = pytest.importorskip("numpy")
    counts = np.random.default_rng(0).integers(1, 100, 4096)
    one, four, none = (predict.turns(counts, 4_000_000, 1000, refill) for refill in (1, 4, 32))
    assert none[2] < four[2] < one[2] <= 1
    assert none[1] < four[1] < one[1]
    assert one[0] == pytest.approx(counts.mean() * 4000 / 32 / one[2], rel=0.02)


@pytest.mark.parametrize("refill", [4, 32])
def test_the_played_turns_are_those_of_the_simulator(refill):
    works = importlib.import_module("device.works")
    work = next(w for w in works.all_works() if w.name == "lorenz-tsit5-f32-8388608")
    batch, warps = 4096, 16  # the simulator has 4 blocks of 128 threads
    counts = tools.counts(work, batch)
    folder = works.machine.CACHE / "gpu"
    command = [works.machine.BUILD / "bin/eq-run", folder / f"{work.program.name}.mlir", "--function=solve", "--on=sim",
               f"--in={folder / work.name}.in.npz", f"--out={folder / work.name}.out.npz",
               f"--schedule=#eq.thread<block = 128, refill = {refill}, chunk = 0>"]  # fmt: skip
    said = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout
    active, all_turns = map(int, re.search(r": (\d+) of (\d+) turns", said).groups())
    assert active == counts.sum()
    assert predict.turns(counts, batch, warps, refill)[2] == pytest.approx(active / all_turns, rel=0.03)


FAKE = """
static int launches, marks;
static char all[512];
int cuEventCreate(void **event, unsigned flags) { static int n; *event = &all[n++]; return (int)flags; }
int cuEventRecord(char *event, void *stream) { *event = (char)(marks += stream ? 5 : 2); return 0; }
int cuEventSynchronize(void *event) { return !event; }
int cuEventElapsedTime(float *ms, char *from, char *to) { *ms = (float)(*to - *from); return 0; }
int cuInit(unsigned flags) { return 40 + (int)flags; }
int cuLaunchKernel(void *function) { ++launches; return function ? 0 : 1; }
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the link names a Linux library")
def test_launches_are_timed(tmp_path):
    driver = importlib.import_module("device.driver")
    try:
        library = driver.build_launch_times(tmp_path / "launch_times.so")
    except tools.Failed as error:
        pytest.skip(str(error))
    (tmp_path / "fake.c").write_text(FAKE)
    subprocess.run(["cc", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", tmp_path / "fake.c", "-o",
                    tmp_path / "libcuda.so.1"], check=True)  # fmt: skip
    # In a process of its own, where the fake is the driver.
    code = f"""
import ctypes
times = ctypes.CDLL({str(library)!r})
times.eqbench_kernel_ms.restype = ctypes.c_double
def launch(function, stream):
    none = ctypes.c_void_p()
    return times.cuLaunchKernel(ctypes.c_void_p(function), 1, 1, 1, 1, 1, 1, 0, ctypes.c_void_p(stream), none, none)
def told():
    count = ctypes.c_int()
    return times.eqbench_kernel_ms(ctypes.byref(count)), count.value
print(times.cuInit(2), told(), launch(1, 0), launch(1, 1), told(), launch(1, 1), told(), launch(0, 0), told(), told())
"""
    variables = dict(os.environ, LD_LIBRARY_PATH=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=variables)
    # Other functions are the driver's; times are summed and forgotten; a launch that fails is not timed.
    assert done.stdout.strip() == "42 (0.0, 0) 0 0 (7.0, 2) 0 (5.0, 1) 1 (-1.0, 1) (0.0, 0)", done.stderr


def test_a_rehearsal_on_the_cpu_solves(tmp_path):
    file = tmp_path / "rehearsed.json"
    done = run("--rehearse", "--no-peers", "--only=kepler", f"--json={file}")
    assert done.returncode == 0, done.stderr
    (record,) = json.loads(file.read_text())["records"]
    assert record["row"] == "eq" and record["device_ms"] > 0
    assert record["error"] < 1e-14


def test_without_a_gpu_there_is_an_error():
    driver = importlib.import_module("device.driver")
    try:
        driver.Gpu()
    except tools.Failed:
        done = run("--only=kepler")
        assert done.returncode == 1
        assert "expected a GPU, but " in done.stderr and "--predict needs none" in done.stderr
    else:
        pytest.skip("there is a GPU")
