// Vectors of the machine's width, for clang and GCC: AVX-512 where there is
// one, else 32 bytes. What both compilers leave to intrinsics is here.
#ifndef EQ_BENCH_LANES_H
#define EQ_BENCH_LANES_H

#include <cstdint>
#include <cstring>
#include <immintrin.h>
#include <type_traits>
#include <utility>

#define INLINE inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define UNROLL_TWICE _Pragma("clang loop unroll_count(2)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#define UNROLL_TWICE _Pragma("GCC unroll 2")
#endif

#ifdef __AVX512F__
constexpr int vectorBytes = 64;
#else
constexpr int vectorBytes = 32;
#endif

template <class T> struct VectorOf;
template <> struct VectorOf<float> {
  typedef float Type __attribute__((vector_size(vectorBytes)));
  typedef int32_t Mask __attribute__((vector_size(vectorBytes)));
};
template <> struct VectorOf<double> {
  typedef double Type __attribute__((vector_size(vectorBytes)));
  typedef int64_t Mask __attribute__((vector_size(vectorBytes)));
};
template <class T> using Vector = typename VectorOf<T>::Type;
template <class T> using Mask = typename VectorOf<T>::Mask;
template <class T> constexpr int lanesOf = vectorBytes / int(sizeof(T));

// The element type of a vector; a number is its own.
template <class V> struct ElementOf {
  using Type = std::remove_cvref_t<decltype(std::declval<V &>()[0])>;
};
template <> struct ElementOf<float> {
  using Type = float;
};
template <> struct ElementOf<double> {
  using Type = double;
};
template <class V> using Element = typename ElementOf<V>::Type;

template <class T> INLINE Vector<T> broadcast(T x) { return x - Vector<T>{}; }
template <class T> INLINE Vector<T> load(const T *p) {
  return *reinterpret_cast<const Vector<T> *>(p);
}
template <class T> INLINE Vector<T> loadAnywhere(const T *p) {
  Vector<T> v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class T> INLINE void store(T *p, Vector<T> v) {
  *reinterpret_cast<Vector<T> *>(p) = v;
}
template <class T> INLINE void storeAnywhere(T *p, Vector<T> v) {
  std::memcpy(p, &v, sizeof v);
}
template <class V> INLINE V largest(V a, V b) { return a > b ? a : b; }
template <class V> INLINE V smallest(V a, V b) { return a < b ? a : b; }
template <class V> INLINE V magnitude(V a) { return largest(a, -a); }

#ifdef __AVX512F__

// One bit per lane.
INLINE unsigned bits(Mask<float> m) { return _mm512_movepi32_mask((__m512i)m); }
INLINE unsigned bits(Mask<double> m) {
  return _mm512_movepi64_mask((__m512i)m);
}
INLINE Vector<double> blend(unsigned m, Vector<double> a, Vector<double> b) {
  return (Vector<double>)_mm512_mask_blend_pd(m, (__m512d)b, (__m512d)a);
}
INLINE Vector<float> blend(unsigned m, Vector<float> a, Vector<float> b) {
  return (Vector<float>)_mm512_mask_blend_ps(m, (__m512)b, (__m512)a);
}
// The next values of p go to the lanes of m, the others stay.
INLINE Vector<double> expandInto(Vector<double> old, unsigned m,
                                 const double *p) {
  return (Vector<double>)_mm512_mask_expand_pd((__m512d)old, m,
                                               _mm512_loadu_pd(p));
}
INLINE Vector<float> expandInto(Vector<float> old, unsigned m, const float *p) {
  return (Vector<float>)_mm512_mask_expand_ps((__m512)old, m,
                                              _mm512_loadu_ps(p));
}
// The lanes of m, one after another; writes a whole vector.
INLINE void compressTo(double *p, unsigned m, Vector<double> v) {
  _mm512_storeu_pd(p, _mm512_maskz_compress_pd(m, (__m512d)v));
}
INLINE void compressTo(float *p, unsigned m, Vector<float> v) {
  _mm512_storeu_ps(p, _mm512_maskz_compress_ps(m, (__m512)v));
}
// 1 / x to 14 bits.
INLINE Vector<double> roughReciprocal(Vector<double> x) {
  return (Vector<double>)_mm512_rcp14_pd((__m512d)x);
}
INLINE Vector<float> roughReciprocal(Vector<float> x) {
  return (Vector<float>)_mm512_rcp14_ps((__m512)x);
}
// x = mantissa 2^exponent, with a mantissa in [1, 2); and back.
INLINE void split(Vector<double> x, Vector<double> &mantissa,
                  Vector<double> &exponent) {
  mantissa = (Vector<double>)_mm512_getmant_pd((__m512d)x, _MM_MANT_NORM_1_2,
                                               _MM_MANT_SIGN_zero);
  exponent = (Vector<double>)_mm512_getexp_pd((__m512d)x);
}
INLINE void split(Vector<float> x, Vector<float> &mantissa,
                  Vector<float> &exponent) {
  mantissa = (Vector<float>)_mm512_getmant_ps((__m512)x, _MM_MANT_NORM_1_2,
                                              _MM_MANT_SIGN_zero);
  exponent = (Vector<float>)_mm512_getexp_ps((__m512)x);
}
INLINE Vector<double> scaleByPower(Vector<double> x, Vector<double> n) {
  return (Vector<double>)_mm512_scalef_pd((__m512d)x, (__m512d)n);
}
INLINE Vector<float> scaleByPower(Vector<float> x, Vector<float> n) {
  return (Vector<float>)_mm512_scalef_ps((__m512)x, (__m512)n);
}
INLINE Vector<double> roundDown(Vector<double> x) {
  return (Vector<double>)_mm512_floor_pd((__m512d)x);
}
INLINE Vector<float> roundDown(Vector<float> x) {
  return (Vector<float>)_mm512_floor_ps((__m512)x);
}

#else

INLINE unsigned bits(Mask<float> m) { return _mm256_movemask_ps((__m256)m); }
INLINE unsigned bits(Mask<double> m) { return _mm256_movemask_pd((__m256d)m); }
INLINE Vector<double> blend(unsigned m, Vector<double> a, Vector<double> b) {
  const Mask<double> bit = {1, 2, 4, 8};
  return (bit & int64_t(m)) != 0 ? a : b;
}
INLINE Vector<float> blend(unsigned m, Vector<float> a, Vector<float> b) {
  const Mask<float> bit = {1, 2, 4, 8, 16, 32, 64, 128};
  return (bit & int32_t(m)) != 0 ? a : b;
}
template <class V, class T> INLINE V expandInto(V old, unsigned m, const T *p) {
  for (; m; m &= m - 1)
    old[__builtin_ctz(m)] = *p++;
  return old;
}
template <class T, class V> INLINE void compressTo(T *p, unsigned m, V v) {
  for (; m; m &= m - 1)
    *p++ = v[__builtin_ctz(m)];
}
INLINE Vector<double> roughReciprocal(Vector<double> x) { return 1.0 / x; }
INLINE Vector<float> roughReciprocal(Vector<float> x) {
  return (Vector<float>)_mm256_rcp_ps((__m256)x);
}
INLINE void split(Vector<double> x, Vector<double> &mantissa,
                  Vector<double> &exponent) {
  auto b = (Mask<double>)x;
  mantissa = (Vector<double>)((b & 0xfffffffffffffll) | 0x3ff0000000000000ll);
  exponent = __builtin_convertvector((b >> 52) - 1023, Vector<double>);
}
INLINE void split(Vector<float> x, Vector<float> &mantissa,
                  Vector<float> &exponent) {
  auto b = (Mask<float>)x;
  mantissa = (Vector<float>)((b & 0x7fffff) | 0x3f800000);
  exponent = __builtin_convertvector((b >> 23) - 127, Vector<float>);
}
INLINE Vector<double> scaleByPower(Vector<double> x, Vector<double> n) {
  auto e = __builtin_convertvector(n, Mask<double>) + 1023;
  return x * (Vector<double>)(e << 52);
}
INLINE Vector<float> scaleByPower(Vector<float> x, Vector<float> n) {
  auto e = __builtin_convertvector(n, Mask<float>) + 127;
  return x * (Vector<float>)(e << 23);
}
INLINE Vector<double> roundDown(Vector<double> x) {
  return (Vector<double>)_mm256_floor_pd((__m256d)x);
}
INLINE Vector<float> roundDown(Vector<float> x) {
  return (Vector<float>)_mm256_floor_ps((__m256)x);
}

#endif

#endif // EQ_BENCH_LANES_H
