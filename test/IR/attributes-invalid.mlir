// RUN: eq-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected 'depth' to be at least 1, but got 0}}
func.func private @anderson_depth() attributes {method = #eq.anderson<depth = 0>}

// -----

// expected-error @+1 {{expected 'lanes' to be a power of two, but got 12}}
func.func private @lanes_power_of_two() attributes {schedule = #eq.lanes<lanes = 12, rows = 8, refill = 1>}

// -----

// expected-error @+1 {{expected 'lanes' to be a power of two, but got 0}}
func.func private @lanes_positive() attributes {schedule = #eq.lanes<lanes = 0, rows = 8, refill = 1>}

// -----

// expected-error @+1 {{expected 'rows' to be at least 1, but got 0}}
func.func private @lanes_rows() attributes {schedule = #eq.lanes<lanes = 16, rows = 0, refill = 1>}

// -----

// expected-error @+1 {{expected 'refill' to be from 1 to 'lanes', but got 17}}
func.func private @lanes_refill_above() attributes {schedule = #eq.lanes<lanes = 16, rows = 8, refill = 17>}

// -----

// expected-error @+1 {{expected 'refill' to be from 1 to 'lanes', but got 0}}
func.func private @lanes_refill_below() attributes {schedule = #eq.lanes<lanes = 16, rows = 8, refill = 0>}

// -----

// expected-error @+1 {{expected 'chunk' to be at least 0, but got -1}}
func.func private @lanes_chunk() attributes {schedule = #eq.lanes<lanes = 16, rows = 8, refill = 1, chunk = -1>}

// -----

// expected-error @+1 {{expected 'block' to be a multiple of 32, at most 1024, but got 48}}
func.func private @thread_block_multiple() attributes {schedule = #eq.thread<block = 48>}

// -----

// expected-error @+1 {{expected 'block' to be a multiple of 32, at most 1024, but got 0}}
func.func private @thread_block_below() attributes {schedule = #eq.thread<block = 0>}

// -----

// expected-error @+1 {{expected 'block' to be a multiple of 32, at most 1024, but got 1056}}
func.func private @thread_block_above() attributes {schedule = #eq.thread<block = 1056>}

// -----

// expected-error @+1 {{expected 'refill' to be from 1 to 32, but got 0}}
func.func private @thread_refill_below() attributes {schedule = #eq.thread<refill = 0>}

// -----

// expected-error @+1 {{expected 'refill' to be from 1 to 32, but got 33}}
func.func private @thread_refill_above() attributes {schedule = #eq.thread<refill = 33>}

// -----

// expected-error @+1 {{expected 'chunk' to be at least 0 and below 2^31, but got -1}}
func.func private @thread_chunk_below() attributes {schedule = #eq.thread<chunk = -1>}

// -----

// expected-error @+1 {{expected 'chunk' to be at least 0 and below 2^31, but got 2147483648}}
func.func private @thread_chunk_above() attributes {schedule = #eq.thread<chunk = 2147483648>}

// -----

// expected-error @+1 {{expected the name of a tableau, or 'a', 'b', 'c', 'order', 'b_hat' and 'order_hat', but got 'rk5'}}
func.func private @unknown_tableau() attributes {method = #eq.runge_kutta<rk5>}

// -----

// expected-error @+1 {{unknown attribute `vectors` in dialect `eq`}}
func.func private @unknown_attribute() attributes {schedule = #eq.vectors}

// -----

// expected-error @+1 {{expected a tableau to give 'c'}}
#no_c = #eq.runge_kutta<a = [1.0], b = [0.5, 0.5], order = 2>

// -----

// expected-error @+1 {{expected 'a' to be given once}}
#twice = #eq.runge_kutta<a = [1.0], a = [0.5, 0.5], order = 2>
