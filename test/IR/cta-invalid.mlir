// RUN: eq-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected 'warps' to be from 1 to 32, but got 33}}
func.func private @cta_warps_above() attributes {schedule = #eq.cta<warps = 33>}

// -----

// expected-error @+1 {{expected 'warps' to be from 1 to 32, but got 0}}
func.func private @cta_warps_below() attributes {schedule = #eq.cta<warps = 0>}

// -----

// expected-error @+1 {{expected 'samples' to be 1, 2 or 4, but got 3}}
func.func private @cta_samples() attributes {schedule = #eq.cta<samples = 3>}

// -----

// expected-error @+1 {{expected 'rows' to be from 1 to 64, but got 65}}
func.func private @cta_rows_above() attributes {schedule = #eq.cta<rows = 65>}

// -----

// expected-error @+1 {{expected 'rows' to be from 1 to 64, but got 0}}
func.func private @cta_rows_below() attributes {schedule = #eq.cta<rows = 0>}

// -----

// expected-error @+1 {{expected 'refill' to be from 1 to 32 x 'samples' = 64, but got 65}}
func.func private @cta_refill_above() attributes {schedule = #eq.cta<samples = 2, refill = 65>}

// -----

// expected-error @+1 {{expected 'refill' to be from 1 to 32 x 'samples' = 128, but got 0}}
func.func private @cta_refill_below() attributes {schedule = #eq.cta<refill = 0>}

// -----

// expected-error @+1 {{expected 'chunk' to be at least 0 and below 2^31, but got -1}}
func.func private @cta_chunk() attributes {schedule = #eq.cta<chunk = -1>}
