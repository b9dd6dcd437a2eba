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

// expected-error @+2 {{expected one of [euler, heun, midpoint, ralston, rk4, bs3, dp5, tsit5, vern7, dop853] for a named Runge-Kutta tableau, got: rk5}}
// expected-error @+1 {{failed to parse Eq_RungeKuttaAttr parameter 'tableau' which is to be a `::mlir::eq::Tableau`}}
func.func private @unknown_tableau() attributes {method = #eq.runge_kutta<rk5>}

// -----

// expected-error @+1 {{unknown attribute `vectors` in dialect `eq`}}
func.func private @unknown_attribute() attributes {schedule = #eq.vectors}
