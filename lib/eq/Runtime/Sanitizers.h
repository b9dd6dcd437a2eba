/* Whether the address sanitizer looks at this. */
#ifndef EQ_LIB_RUNTIME_SANITIZERS_H
#define EQ_LIB_RUNTIME_SANITIZERS_H

#if defined(__SANITIZE_ADDRESS__)
#define EQRTI_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EQRTI_ADDRESS_SANITIZER
#endif
#endif

#endif /* EQ_LIB_RUNTIME_SANITIZERS_H */
