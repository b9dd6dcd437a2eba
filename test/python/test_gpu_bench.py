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
predict, report, sass, tools, trips = (
    importlib.import_module(f"device.{n}") for n in ("predict", "report", "sass", "tools", "trips")
)
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


@needs_ptxas
@pytest.mark.skipif(not tools.find("nvdisasm"), reason="there is no nvdisasm")
def test_a_work_with_tiles_is_predicted(tmp_path):
    file = tmp_path / "predicted.json"
    done = run("--predict", "--only=deq-64-4096", f"--json={file}")
    assert done.returncode == 0, done.stderr
    records = json.loads(file.read_text())
    kernel, (time,) = records["kernels"][-1], records["times"]
    # 64 rows of 64 by 4 samples for each of 32 lanes and 4 warps, and more: tanh, the norm, loads.
    assert kernel["fp32"] > 4096 and kernel["slots"] > kernel["fp32"] and kernel["shared"] > 512
    assert kernel["barriers"] >= 2 and kernel["blocks"] == 2
    assert 0.1 < time["tflops"] < 67


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


# A kernel with tiles. The service: a maximum of a warp's rows, and a loop over places, whose turns nobody knows.
# The step: a sum whose counter has 64 bits and starts at -4, and one behind a ballot.
TILES = """
	.section	.text.solve_0,"ax",@progbits
        /*0000*/                   S2R R30, SR_TID.X ;
        /*0010*/                   LOP3.LUT R31, R30, 0x1f, RZ, 0xc0, !PT ;
        /*0020*/                   SHF.R.U32.HI R32, RZ, 0x5, R30 ;
        /*0030*/                   IMAD.SHL.U32 R33, R32, 0x4, RZ ;
        /*0040*/                   IMAD R34, R31, 0x10, RZ ;
        /*0050*/                   LEA R35, R32, 0x400, 0x8 ;
.L_x_1:
        /*0060*/                   VOTEU.ANY UR4, UPT, !P0 ;
        /*0070*/              @!P3 BRA `(.L_x_5) ;
        /*0080*/                   ATOMG.E.ADD.STRONG.GPU PT, R8, desc[UR12][R8.64], R7 ;
        /*0090*/                   MOV R40, R33 ;
.L_x_2:
        /*00a0*/                   LDS.128 R44, [R34] ;
        /*00b0*/                   IADD3 R40, R40, 0x10, RZ ;
        /*00c0*/                   ISETP.GE.U32.AND P1, PT, R40, 0x40, PT ;
        /*00d0*/              @!P1 BRA `(.L_x_2) ;
        /*00e0*/                   MOV R41, RZ ;
.L_x_3:
        /*00f0*/                   IADD3 R41, R41, 0x1, RZ ;
        /*0100*/                   LDG.E R42, desc[UR12][R8.64] ;
        /*0110*/                   ISETP.GE.U32.AND P1, PT, R41, R8, PT ;
        /*0120*/              @!P1 BRA `(.L_x_3) ;
.L_x_5:
        /*0130*/              @!P2 EXIT ;
        /*0140*/                   MOV R10, 0xfffffffc ;
        /*0150*/                   MOV R11, 0xffffffff ;
        /*0160*/                   MOV R12, R34 ;
        /*0170*/                   MOV R13, R35 ;
.L_x_6:
        /*0180*/                   LDS.128 R16, [R12+0x100] ;
        /*0190*/                   LDS.128 R20, [R13] ;
        /*01a0*/                   IADD3 R10, P1, R10, 0x4, RZ ;
        /*01b0*/                   IADD3.X R11, RZ, R11, RZ, P1, !PT ;
        /*01c0*/                   ISETP.GE.U32.AND P1, PT, R10, 0x3c, PT ;
        /*01d0*/                   FFMA R2, R16, R20, R2 ;
        /*01e0*/                   ISETP.GE.U32.AND.EX P1, PT, R11, RZ, PT, P1 ;
        /*01f0*/                   IADD3 R12, R12, 0x800, RZ ;
        /*0200*/                   IADD3 R13, R13, 0x10, RZ ;
        /*0210*/              @!P1 BRA `(.L_x_6) ;
        /*0220*/                   BAR.SYNC.DEFER_BLOCKING 0x0 ;
        /*0230*/                   VOTE.ANY P6, P6 ;
        /*0240*/              @!P6 BRA `(.L_x_8) ;
.L_x_7:
        /*0250*/                   FADD R2, R2, R3 ;
        /*0260*/                   ISETP.GE.AND P1, PT, R2, R3, PT ;
        /*0270*/              @!P1 BRA `(.L_x_7) ;
.L_x_8:
        /*0280*/                   STS [R34], R2 ;
        /*0290*/                   BRA `(.L_x_1) ;
"""


def count(instructions, *bases):
    return sum(i.base in bases for i in instructions)


def test_loops_count_as_often_as_they_turn():
    loop = sass.find_loop(sass.functions(TILES)["solve_0"], threads=128)
    # -4 + 4, .., 60: 16 turns of 10 instructions, two of which read; and those around.
    assert count(loop.step, "FFMA") == 16 and count(loop.step, "LDS") == 32 and count(loop.step, "BAR") == 1
    assert len(loop.step) == 16 * 10 + 1 + 2 + 4 + 1 + 2 + 2
    assert count(loop.step, "FADD") == 0 and loop.notes == ["a ballot's loops left out"]
    # Warp 0 has rows 0, 16, 32 and 48, and warp 3 has 12, 28, 44 and 60.
    assert count(loop.service, "LDS") == 4 and count(loop.service, "LDG") == 0
    assert [i.base for i in loop.places] == ["IADD3", "LDG", "ISETP", "BRA"]
    # 9 places: three for each of 4 warps, one by one; all at once if a turn is for 12.
    assert count(loop.service_of(9, warps=4), "LDG") == 3
    at_once = sass.find_loop(sass.functions(TILES.replace("R41, 0x1,", "R41, 0xc,"))["solve_0"], threads=128)
    assert count(at_once.service_of(9, warps=4), "LDG") == 1
    # 4 bytes apart are one wavefront, 16 bytes four, and all from one address one.
    assert sass.pipes(loop.step)["shared"] == 16 * (4 + sass.BROADCAST) + 4


@pytest.mark.parametrize("old, new", [
    ("R10, 0x3c, PT", "R10, R8, PT"), ("MOV R10, 0xfffffffc", "LDC R10, c[0x0][0x210]"),
    ("@!P1 BRA `(.L_x_6)", "@!P5 BRA `(.L_x_6)"),
])  # fmt: skip
def test_a_step_whose_loop_turns_nobody_knows_how_often_has_no_time(old, new):
    assert TILES.count(old) == 1
    loop = sass.find_loop(sass.functions(TILES.replace(old, new))["solve_0"], threads=128)
    assert loop.unknown == 1 and "1 inner loops, counted once" in loop.notes
    assert count(loop.step, "FFMA") == 1
    work = next(w for w in importlib.import_module("device.works").all_works() if w.name == "deq-64-1")
    with pytest.raises(tools.Failed, match="nobody knows"):
        predict.of_work(work, [{"of": {"loop": loop}}], counted_ones())


def counted_ones():
    return pytest.importorskip("numpy").ones(4, int)


@pytest.mark.parametrize("code, value", [
    ("MOV R1, -0x2", 0xFFFFFFFE), ("IADD3 R1, RZ, -R2, RZ", 0xFFFFFFFD), ("IADD3 R1, R2, ~R2, RZ", 0xFFFFFFFF),
    ("LOP3.LUT R1, R2, 0x5, RZ, 0xfc, !PT", 7), ("LOP3.LUT R1, R2, 0x5, RZ, 0x30, !PT", 2),
    ("SHF.R.U32.HI R1, RZ, 0x1, R2", 1), ("SHF.L.U32 R1, R2, 0x3, RZ", 24),
    ("SHF.R.S32.HI R1, RZ, 0x1f, R3", 0xFFFFFFFF),
    ("SHF.L.U64.HI R1, R3, 0x4, R2", 0x3F), ("LEA R1, R2, 0x10, 0x2", 28), ("IMAD R1, R2, R2, 0x1", 10),
    ("HFMA2.MMA R1, -RZ, RZ, 0, 5.9604644775390625e-08", 1), ("SEL R1, R2, R3, !PT", 0xFFFFFFFF),
    ("MUFU.RCP R1, R2", None), ("IADD3 R1, R2, R9, RZ", None), ("S2R R1, SR_LANEID", 5), ("S2R R1, SR_TID.X", 37),
])  # fmt: skip
def test_integers_are_worked_out(code, value):
    opcode, operands = code.split(" ", 1)
    known = {"R2": 3, "R3": 0xFFFFFFFF}
    assert trips.run(sass.Instruction(0, "", opcode, operands), known.get, thread=37)["R1"] == value


@pytest.mark.parametrize("words, value", [("LT", 1), ("LT.U32", 0), ("GE", 0), ("GE.U32", 1), ("NE", 1), ("EQ", 0)])
def test_comparisons_are_worked_out(words, value):
    code = sass.Instruction(0, "", f"ISETP.{words}.AND", "P1, P2, R3, R2, PT")
    assert trips.run(code, {"R2": 3, "R3": 0xFFFFFFFF}.get, 0) == {"P1": value, "P2": 1 - value}


def test_spilled_addresses_are_followed():
    spilled = TILES.replace("MOV R13, R35 ;", "LDL R13, [R1+0x4] ;").replace(
        "VOTEU.ANY UR4, UPT, !P0 ;", "STL [R1+0x4], R35 ;"
    )
    loop = sass.find_loop(sass.functions(spilled)["solve_0"], threads=128)
    assert sass.pipes(loop.step)["shared"] == 16 * (4 + sass.BROADCAST) + 4


def test_shared_memory_has_banks():
    assert [sass.wavefronts(width, width) for width in (4, 8, 16)] == [1, 2, 4]
    assert [sass.wavefronts(stride, 4) for stride in (0, 8, 64, 128)] == [sass.BROADCAST, 2, 16, 32]


def test_warps_hide_latency_and_wait_at_barriers():
    chain = [sass.Instruction(0, "", "FFMA", "R2, R2, R3, R4")] * 8
    # Alone a warp waits 4 cycles each; four of them take a turn each.
    assert sass.cycles_together(chain, 1) == sass.cycles_together(chain, 4, 4) == 32
    assert sass.cycles_together(chain, 8, 8) == pytest.approx(64, abs=2)
    barrier = [sass.Instruction(0, "", "BAR.SYNC", "0x0")]
    alone = sass.cycles_together(chain + barrier, 1)
    assert alone == 7 * 4 + 1 + sass.BARRIER  # the last result comes meanwhile
    # While a block waits, the other works.
    assert sass.cycles_together((chain + barrier) * 2, 2, 1) >= 2 * alone
    assert sass.cycles_together((chain + barrier) * 2, 2, 2) < 2.2 * alone


LOWERED = """
  llvm.mlir.global internal constant @eq.kernels.solve_0.descriptor() {addr_space = 0 : i32} : !llvm.struct<(ptr)> {
    %0 = llvm.mlir.addressof @eq.kernels.ptx : !llvm.ptr
    %1 = llvm.mlir.constant(256 : i32) : i32
    %2 = llvm.mlir.constant(64 : i32) : i32
    %3 = llvm.mlir.constant(0 : i32) : i32
    %4 = llvm.mlir.constant(1000 : i32) : i32
    %5 = llvm.insertvalue %1, %9[3] : !llvm.struct<(ptr)>
    %6 = llvm.insertvalue %2, %5[4] : !llvm.struct<(ptr)>
    %7 = llvm.insertvalue %3, %6[5] : !llvm.struct<(ptr)>
    %8 = llvm.insertvalue %4, %7[6] : !llvm.struct<(ptr)>
  }
"""


def test_tiles_are_read():
    chosen = "eq.loop schedule(#eq.cta<warps = 8, samples = 2, refill = 8>) step {"
    assert tools.tiles_of(chosen, LOWERED) == {"solve_0": {"tile": 64, "refill": 8, "shared": 1000}}
    with pytest.raises(tools.Failed, match="expected the kernel to be that of #eq.cta"):
        tools.tiles_of("eq.loop schedule(#eq.cta) step {", LOWERED)


def test_blocks_at_once_follow_from_shared_memory():
    kernel = {"threads": 128, "registers": 32, "shared": 114 * 1024 - 1024}
    assert predict.blocks_at_once(kernel) == 2
    assert predict.blocks_at_once({**kernel, "shared": 114 * 1024}) == 1


def test_refill_keeps_threads_busy():
    np = pytest.importorskip("numpy")
    counts = np.random.default_rng(0).integers(1, 100, 4096)
    one, four, none = (predict.turns(counts, 4_000_000, 1000, refill) for refill in (1, 4, 32))
    assert none[2] < four[2] < one[2] <= 1
    assert none[1] < four[1] < one[1]
    assert one[0] == pytest.approx(counts.mean() * 4000 / 32 / one[2], rel=0.02)
    # Tiles of 128 places: a quarter of the turns.
    tile = predict.turns(counts, 4_000_000, 1000, 4, places=128)
    assert tile[0] == pytest.approx(counts.mean() * 4000 / 128 / tile[2], rel=0.02)


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
