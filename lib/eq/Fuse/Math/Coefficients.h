// Constants and polynomials, lowest power first; what each stands for is said
// where it is fitted.
//
// Made by utils/fit-polynomials.py: edit that, and run it.
#ifndef EQ_FUSE_MATH_COEFFICIENTS_H
#define EQ_FUSE_MATH_COEFFICIENTS_H

// clang-format off

namespace mlir::eq::math_functions {

template <class Real> struct Table;

template <> struct Table<float> {
  static constexpr float log2e = 0x1.715476p+0f;
  static constexpr float ln2 = 0x1.62e43p-1f;
  static constexpr float ln2Parts[] = {
      0x1.62e8p-1f,
      -0x1.e8082ep-16f,
  };
  static constexpr float log10Of2Parts[] = {
      0x1.344p-2f,
      0x1.3509f8p-18f,
  };
  static constexpr float log2eParts[] = {
      0x1.715476p+0f,
      0x1.4ae0cp-26f,
  };
  static constexpr float log10eParts[] = {
      0x1.bcb7b2p-2f,
      -0x1.5b235ep-27f,
  };
  static constexpr float twoOverPi = 0x1.45f306p-1f;
  static constexpr float halfPiParts[] = {
      0x1.921fb6p+0f,
      -0x1.777a5cp-25f,
  };
  static constexpr float quarterTurnParts[] = {
      0x1.921fb4p+0f,
      0x1.4442dp-24f,
      0x1.846988p-48f,
  };
  static constexpr float quarterPiParts[] = {
      0x1.921fb6p-1f,
      -0x1.777a5cp-26f,
  };
  static constexpr float thirdParts[] = {
      0x1.555556p-2f,
      -0x1.555556p-27f,
  };
  static constexpr float erfParts[] = {
      0x1.20dd76p+0f,
      -0x1.f7ac92p-25f,
  };
  static constexpr float erfcCentre = 0x1p+1f;
  static constexpr float erfcAtCentreParts[] = {
      0x1.46e80ep+0f,
      0x1.13bcaap-27f,
  };
  static constexpr float cbrtTwo = 0x1.428a3p+0f;
  static constexpr float cbrtHalf = 0x1.965feap-1f;
  static constexpr float exp[] = {
      0x1p-1f,
      0x1.55549p-3f,
      0x1.5554ep-5f,
      0x1.12407ep-7f,
      0x1.6d5aacp-10f,
  };
  static constexpr float halfExpm1OfTwice[] = {
      0x1p+0f,
      0x1.5554acp-1f,
      0x1.5554fp-2f,
      0x1.122a4ap-3f,
      0x1.6d43aep-5f,
  };
  static constexpr float exp2[] = {
      0x1.62e43p-1f,
      0x1.ebfbep-3f,
      0x1.c6af7p-5f,
      0x1.3b2a48p-7f,
      0x1.5f0f3ep-10f,
      0x1.4424e2p-13f,
  };
  static constexpr float sinh[] = {
      0x1.555556p-3f,
      0x1.110fecp-7f,
      0x1.a27466p-13f,
  };
  static constexpr float cosh[] = {
      0x1p-1f,
      0x1.5554dp-5f,
      0x1.6d6bc4p-10f,
  };
  static constexpr float log[] = {
      -0x1.fffff8p-2f,
      0x1.55555p-2f,
      -0x1.000432p-2f,
      0x1.99a424p-3f,
      -0x1.5425d2p-3f,
      0x1.226cdep-3f,
      -0x1.0f3dbep-3f,
      0x1.086888p-3f,
      -0x1.386602p-4f,
  };
  static constexpr float logOddFar[] = {
      0x1.555558p-1f,
      0x1.9996dap-2f,
      0x1.2504c4p-2f,
      0x1.b732c6p-3f,
      0x1.f07066p-3f,
  };
  static constexpr float acosh[] = {
      -0x1.55552cp-4f,
      0x1.331a0ap-6f,
      -0x1.68e06ap-8f,
      0x1.913e92p-10f,
  };
  static constexpr float sin[] = {
      -0x1.555544p-3f,
      0x1.1106aep-7f,
      -0x1.990f14p-13f,
  };
  static constexpr float cos[] = {
      0x1.555548p-5f,
      -0x1.6c0b08p-10f,
      0x1.999a3cp-16f,
  };
  static constexpr float atan[] = {
      -0x1.555548p-2f,
      0x1.999128p-3f,
      -0x1.23ae52p-3f,
      0x1.b193ecp-4f,
      -0x1.f05af6p-5f,
  };
  static constexpr float asin[] = {
      0x1.55554cp-3f,
      0x1.33389ap-4f,
      0x1.6cabap-5f,
      0x1.04a60cp-5f,
      0x1.d82adcp-7f,
      0x1.339b94p-5f,
  };
  static constexpr float erf[] = {
      -0x1.81274p-2f,
      0x1.ce2d38p-4f,
      -0x1.b7fc92p-6f,
      0x1.541dc6p-8f,
      -0x1.a49558p-11f,
      0x1.4af9f4p-14f,
  };
  static constexpr float erfcScaled[] = {
      -0x1.7bf5eap-4f,
      -0x1.5407bap-3f,
      0x1.4ff9ep-3f,
      -0x1.bc2da6p-5f,
      -0x1.07058ap-7f,
      0x1.1e1886p-7f,
      0x1.413a32p-10f,
      -0x1.84da4ap-10f,
      -0x1.52f1f2p-12f,
      0x1.e8c142p-13f,
  };
  static constexpr float cbrt[] = {
      0x1.fffccap-1f,
      -0x1.54e704p-2f,
      0x1.cba5dcp-3f,
      -0x1.828282p-3f,
      0x1.056508p-3f,
  };
};

template <> struct Table<double> {
  static constexpr double log2e = 0x1.71547652b82fep+0;
  static constexpr double ln2 = 0x1.62e42fefa39efp-1;
  static constexpr double ln2Parts[] = {
      0x1.62e42fefa4p-1,
      -0x1.8432a1b0e2634p-43,
  };
  static constexpr double log10Of2Parts[] = {
      0x1.34413509f8p-2,
      -0x1.80433b83b532ap-44,
  };
  static constexpr double log2eParts[] = {
      0x1.71547652b82fep+0,
      0x1.777d0ffda0d24p-56,
  };
  static constexpr double log10eParts[] = {
      0x1.bcb7b1526e50ep-2,
      0x1.95355baaafad3p-57,
  };
  static constexpr double twoOverPi = 0x1.45f306dc9c883p-1;
  static constexpr double halfPiParts[] = {
      0x1.921fb54442d18p+0,
      0x1.1a62633145c07p-54,
  };
  static constexpr double quarterTurnParts[] = {
      0x1.921fb54442d18p+0,
      0x1.1a62633145c06p-54,
      0x1.c1cd129024e08p-107,
  };
  static constexpr double quarterPiParts[] = {
      0x1.921fb54442d18p-1,
      0x1.1a62633145c07p-55,
  };
  static constexpr double thirdParts[] = {
      0x1.5555555555555p-2,
      0x1.5555555555555p-56,
  };
  static constexpr double erfParts[] = {
      0x1.20dd750429b6dp+0,
      0x1.1ae3a914fed8p-56,
  };
  static constexpr double erfcCentre = 0x1.cp+1;
  static constexpr double erfcAtCentreParts[] = {
      0x1.3e0a99a0ee914p+0,
      -0x1.902cb7976c65ep-57,
  };
  static constexpr double cbrtTwo = 0x1.428a2f98d728bp+0;
  static constexpr double cbrtHalf = 0x1.965fea53d6e3dp-1;
  static constexpr double exp[] = {
      0x1.0000000000007p-1,
      0x1.555555555555bp-3,
      0x1.5555555550f88p-5,
      0x1.111111110eb89p-7,
      0x1.6c16c183f275ep-10,
      0x1.a01a01b48a3d6p-13,
      0x1.a01997d71ea5dp-16,
      0x1.71ddec2962df5p-19,
      0x1.28b1865b3781p-22,
      0x1.af7497ec981ap-26,
  };
  static constexpr double halfExpm1OfTwice[] = {
      0x1p+0,
      0x1.5555555555559p-1,
      0x1.5555555555557p-2,
      0x1.111111110f632p-3,
      0x1.6c16c16c15768p-5,
      0x1.a01a01b01b178p-7,
      0x1.a01a01ab20eebp-9,
      0x1.71ddf7c14c667p-11,
      0x1.27e4d11a3819ap-13,
      0x1.af5fcf3560a73p-16,
      0x1.1f8436df3bcd8p-18,
  };
  static constexpr double exp2[] = {
      0x1.62e42fefa39efp-1,
      0x1.ebfbdff82c58fp-3,
      0x1.c6b08d704a183p-5,
      0x1.3b2ab6fba4d81p-7,
      0x1.5d87fe7888bf7p-10,
      0x1.430912f8a8e87p-13,
      0x1.ffcbfcdb55663p-17,
      0x1.62c021654d8bep-20,
      0x1.b524236784d61p-24,
      0x1.e4d1f83ed4437p-28,
      0x1.eafc665e47b19p-32,
      0x1.c0f24bf995ecfp-36,
  };
  static constexpr double sinh[] = {
      0x1.5555555555555p-3,
      0x1.11111111112e7p-7,
      0x1.a01a019f373eap-13,
      0x1.71de3d732490bp-19,
      0x1.ae5a1382a1bdbp-26,
      0x1.6e34f8026d118p-33,
  };
  static constexpr double cosh[] = {
      0x1p-1,
      0x1.5555555555559p-5,
      0x1.6c16c16c14779p-10,
      0x1.a01a01b0850bdp-16,
      0x1.27e4c50a570f5p-22,
      0x1.1f975b4f91b0cp-29,
  };
  static constexpr double logOdd[] = {
      0x1.5555555555594p-1,
      0x1.999999997f6eep-2,
      0x1.24924942423edp-2,
      0x1.c71c51ceeacd2p-3,
      0x1.746649e261b59p-3,
      0x1.39a0b1c03e437p-3,
      0x1.2f0f4cbb2833p-3,
  };
  static constexpr double logOddFar[] = {
      0x1.5555555555534p-1,
      0x1.99999999a0972p-2,
      0x1.249249207ea54p-2,
      0x1.c71c742224a3fp-3,
      0x1.745cb34ec3bddp-3,
      0x1.3b1de8cda1d65p-3,
      0x1.1067236fbef7p-3,
      0x1.efe1a39cf5e16p-4,
      0x1.558a6a67368b3p-4,
      0x1.5c9b21448a2fap-3,
  };
  static constexpr double acosh[] = {
      -0x1.55555555553f5p-4,
      0x1.33333332fc609p-6,
      -0x1.6db6db3e5a9eep-8,
      0x1.f1c70848601ffp-10,
      -0x1.6e89323a9d91ap-11,
      0x1.1c20cb85afb26p-12,
      -0x1.c5627da67d0f6p-14,
      0x1.5c12cae8ce8bcp-15,
      -0x1.7f8ffe03a72fp-17,
  };
  static constexpr double logPow[] = {
      0x1.9999999999995p-3,
      0x1.2492492493151p-3,
      0x1.c71c71c564101p-4,
      0x1.745d183e0e09dp-4,
      0x1.3b135ff4cb9c5p-4,
      0x1.1121147bebec8p-4,
      0x1.de25cfab094cfp-5,
      0x1.eb7900131a44ep-5,
  };
  static constexpr double log2Coarse[] = {
      0x1.71547652b89f3p+0,
      -0x1.715476528dad7p-1,
      0x1.ec709dbd14ce1p-2,
      -0x1.715476b368e1cp-2,
      0x1.2776c9481e378p-2,
      -0x1.ec70626bf81c1p-3,
      0x1.a61543f81ef93p-3,
      -0x1.715b7966643f2p-3,
      0x1.488d3098ea19bp-3,
      -0x1.272d128afacd6p-3,
      0x1.087be6ca9b837p-3,
      -0x1.e9e25a936eef1p-4,
      0x1.0246b2586fe5bp-3,
      -0x1.fa4d5cce1d8d9p-4,
      0x1.0339c6730bf6cp-4,
  };
  static constexpr double exp2Coarse[] = {
      0x1.ffffffffa59c8p-1,
      0x1.62e42fef844e2p-1,
      0x1.ebfbe0ac321b7p-3,
      0x1.c6b08dd83dd36p-5,
      0x1.3b29d6ec30284p-7,
      0x1.5d874427bf854p-10,
      0x1.446deabb81e44p-13,
      0x1.00dd491c839d7p-16,
  };
  static constexpr double sin[] = {
      -0x1.5555555555545p-3,
      0x1.111111110f281p-7,
      -0x1.a01a019b511b8p-13,
      0x1.71de34cf63015p-19,
      -0x1.ae5de163801ep-26,
      0x1.5d6c3a89a99e6p-33,
  };
  static constexpr double cos[] = {
      0x1.5555555555548p-5,
      -0x1.6c16c16c149c9p-10,
      0x1.a01a019bf405bp-16,
      -0x1.27e4f78223754p-22,
      0x1.1ee990289f49cp-29,
      -0x1.8f7f4efa7fc0ep-37,
  };
  static constexpr double atan[] = {
      -0x1.555555555553bp-2,
      0x1.99999999954cfp-3,
      -0x1.2492492299e0cp-3,
      0x1.c71c70df4148ap-4,
      -0x1.745cf8293d9f1p-4,
      0x1.3b110d869365dp-4,
      -0x1.10eb3c54a55p-4,
      0x1.df089ad24435cp-5,
      -0x1.9cb5ee7a1705fp-5,
      0x1.378f503ccddc8p-5,
      -0x1.24d5ac7858192p-6,
  };
  static constexpr double asin[] = {
      0x1.5555555555577p-3,
      0x1.333333332e1d7p-4,
      0x1.6db6db72067c3p-5,
      0x1.f1c71a9a612bcp-6,
      0x1.6e8bde357e40ap-6,
      0x1.1c49fd3095fecp-6,
      0x1.ca1e4bde6877bp-7,
      0x1.759020e3dc1f9p-7,
      0x1.60fff6c79989ap-7,
      0x1.e995aa73c1e92p-9,
      0x1.627f8e49975b1p-6,
      -0x1.5667f5d7e89f9p-6,
      0x1.0ac783d6adae8p-5,
  };
  static constexpr double erf[] = {
      -0x1.812746b0379e6p-2,
      0x1.ce2f21a042b29p-4,
      -0x1.b82ce31284b2bp-6,
      0x1.565bcd0db34e6p-8,
      -0x1.c02db3d975d32p-11,
      0x1.f9a321b0ca14dp-14,
      -0x1.f4d1e06df4fd6p-17,
      0x1.b9df0184b3252p-20,
      -0x1.5f1dc108d8b1p-23,
      0x1.f7aa01e06831dp-27,
      -0x1.387d6bacefeefp-30,
      0x1.05acd8c478aaap-34,
  };
  static constexpr double erfcScaled[] = {
      -0x1.1ebd220ea593cp-3,
      -0x1.59e2c284b11c3p-7,
      0x1.8f702ec6b33d3p-4,
      -0x1.d76830c353314p-4,
      0x1.686106046d60dp-4,
      -0x1.8ff5ef76ce779p-5,
      0x1.38ec667180353p-6,
      -0x1.143c4ca8483cp-8,
      -0x1.3cf36a6f6274dp-12,
      0x1.27e6650e5cbeep-11,
      -0x1.fda8f5a94fb5p-14,
      -0x1.66e23139bdf68p-15,
      0x1.9707b78b15abfp-16,
      0x1.3882f5ff88169p-19,
      -0x1.fff0d9f92f50cp-19,
      -0x1.7d63a841d3aefp-25,
      0x1.42194fb5a2923p-21,
      -0x1.0af965d90def1p-27,
      -0x1.8ecf0f228729fp-24,
      0x1.17f432146914p-31,
      0x1.6368c7a9a22eap-27,
  };
  static constexpr double cbrt[] = {
      0x1.00000cf54ad15p+0,
      -0x1.5557c418784cap-2,
      0x1.c6ce3924443b8p-3,
      -0x1.607418566d3c1p-3,
      0x1.2efedf70c0407p-3,
      -0x1.20fe2ce20eedfp-3,
      0x1.7b87bdd1995afp-4,
  };
};

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_COEFFICIENTS_H
