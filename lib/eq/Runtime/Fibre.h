/* Fibres: stacks that one thread of the machine runs in turns. */
#ifndef EQ_LIB_RUNTIME_FIBRE_H
#define EQ_LIB_RUNTIME_FIBRE_H

#include "Sanitizers.h"

#include <stdbool.h>
#include <stddef.h>

/* EQRT_FIBRES_UCONTEXT may be given to try the slow way where there is a fast
 * one. */
#if !defined(__ELF__) || !(defined(__x86_64__) || defined(__aarch64__))
#define EQRT_FIBRES_UCONTEXT
#endif

#ifdef EQRT_FIBRES_UCONTEXT
#include <ucontext.h>
#endif

/* One that is all zeros stands for the stack of the caller, once it is left. */
typedef struct {
#ifdef EQRT_FIBRES_UCONTEXT
  ucontext_t saved;
#else
  void *saved; /* the stack pointer; what else is to be kept lies there */
#endif
#ifdef EQRTI_ADDRESS_SANITIZER
  void *fake;
  const void *low;
  size_t bytes;
  void (*entry)(void);
#endif
} eqrti_fibre;

/* The first switch to the fibre calls `entry`, which must not return, on the
 * stack of `bytes` bytes that begins at `low`. Both are multiples of 16. */
void eqrti_fibre_prepare(eqrti_fibre *fibre, char *low, size_t bytes,
                         void (*entry)(void));

/* Goes on with `to`, and returns when something switches back to `from`:
 * never, if `last`. The floating-point environment stays as it is. */
void eqrti_fibre_switch(eqrti_fibre *from, eqrti_fibre *to, bool last);

/* To be called before the memory of stacks is given back, which may hold
 * fibres that never ended. */
void eqrti_fibre_forget(char *low, size_t bytes);

#endif /* EQ_LIB_RUNTIME_FIBRE_H */
