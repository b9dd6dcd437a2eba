/* Switching stacks without a system call: what a called function must keep is
 * pushed, the stack pointer exchanged, and popped. Other registers are dead at
 * a call anyway. */

#include "Fibre.h"

#include <stdint.h>
#include <string.h>

#ifdef EQRTI_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#ifndef EQRT_FIBRES_UCONTEXT

/* Saves the stack pointer to *from and goes on where `to` was saved. */
void eqrti_swap_stacks(void **from, void *to);

#ifdef __x86_64__
enum { SAVED_WORDS = 8, SAVED_RETURN = 6 }; /* a word of 0 is above */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl eqrti_swap_stacks\n"
        ".hidden eqrti_swap_stacks\n"
        ".type eqrti_swap_stacks, @function\n"
        "eqrti_swap_stacks:\n"
        "  pushq %rbp\n"
        "  pushq %rbx\n"
        "  pushq %r12\n"
        "  pushq %r13\n"
        "  pushq %r14\n"
        "  pushq %r15\n"
        "  movq %rsp, (%rdi)\n"
        "  movq %rsi, %rsp\n"
        "  popq %r15\n"
        "  popq %r14\n"
        "  popq %r13\n"
        "  popq %r12\n"
        "  popq %rbx\n"
        "  popq %rbp\n"
        "  ret\n"
        ".size eqrti_swap_stacks, . - eqrti_swap_stacks\n");
#else
enum { SAVED_WORDS = 20, SAVED_RETURN = 11 }; /* x19 to x30, d8 to d15 */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl eqrti_swap_stacks\n"
        ".hidden eqrti_swap_stacks\n"
        ".type eqrti_swap_stacks, %function\n"
        "eqrti_swap_stacks:\n"
        "  sub sp, sp, #160\n"
        "  stp x19, x20, [sp]\n"
        "  stp x21, x22, [sp, #16]\n"
        "  stp x23, x24, [sp, #32]\n"
        "  stp x25, x26, [sp, #48]\n"
        "  stp x27, x28, [sp, #64]\n"
        "  stp x29, x30, [sp, #80]\n"
        "  stp d8, d9, [sp, #96]\n"
        "  stp d10, d11, [sp, #112]\n"
        "  stp d12, d13, [sp, #128]\n"
        "  stp d14, d15, [sp, #144]\n"
        "  mov x9, sp\n"
        "  str x9, [x0]\n"
        "  mov sp, x1\n"
        "  ldp x19, x20, [sp]\n"
        "  ldp x21, x22, [sp, #16]\n"
        "  ldp x23, x24, [sp, #32]\n"
        "  ldp x25, x26, [sp, #48]\n"
        "  ldp x27, x28, [sp, #64]\n"
        "  ldp x29, x30, [sp, #80]\n"
        "  ldp d8, d9, [sp, #96]\n"
        "  ldp d10, d11, [sp, #112]\n"
        "  ldp d12, d13, [sp, #128]\n"
        "  ldp d14, d15, [sp, #144]\n"
        "  add sp, sp, #160\n"
        "  ret\n"
        ".size eqrti_swap_stacks, . - eqrti_swap_stacks\n");
#endif
#endif /* EQRT_FIBRES_UCONTEXT */

#ifdef EQRTI_ADDRESS_SANITIZER
static _Thread_local eqrti_fibre *left, *entered;

static void arrive(void) {
  __sanitizer_finish_switch_fiber(entered->fake, &left->low, &left->bytes);
}

static void start(void) {
  arrive();
  entered->entry();
}
#endif

void eqrti_fibre_prepare(eqrti_fibre *fibre, char *low, size_t bytes,
                         void (*entry)(void)) {
  memset(fibre, 0, sizeof(*fibre));
#ifdef EQRTI_ADDRESS_SANITIZER
  fibre->low = low;
  fibre->bytes = bytes;
  fibre->entry = entry;
  entry = start;
#endif
#ifdef EQRT_FIBRES_UCONTEXT
  getcontext(&fibre->saved);
  fibre->saved.uc_stack.ss_sp = low;
  fibre->saved.uc_stack.ss_size = bytes;
  fibre->saved.uc_link = NULL;
  makecontext(&fibre->saved, entry, 0);
#else
  uintptr_t *words = (uintptr_t *)(void *)(low + bytes) - SAVED_WORDS;
  memset(words, 0, SAVED_WORDS * sizeof(*words));
  words[SAVED_RETURN] = (uintptr_t)entry;
  fibre->saved = words;
#endif
}

void eqrti_fibre_switch(eqrti_fibre *from, eqrti_fibre *to, bool last) {
#ifdef EQRTI_ADDRESS_SANITIZER
  left = from;
  entered = to;
  __sanitizer_start_switch_fiber(last ? NULL : &from->fake, to->low, to->bytes);
#else
  (void)last;
#endif
#ifdef EQRT_FIBRES_UCONTEXT
  swapcontext(&from->saved, &to->saved);
#else
  eqrti_swap_stacks(&from->saved, to->saved);
#endif
#ifdef EQRTI_ADDRESS_SANITIZER
  arrive();
#endif
}

void eqrti_fibre_forget(char *low, size_t bytes) {
#ifdef EQRTI_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(low, bytes);
#else
  (void)low, (void)bytes;
#endif
}
