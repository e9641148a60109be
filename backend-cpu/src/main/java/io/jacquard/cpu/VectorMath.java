package io.jacquard.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMAX;
import static jdk.incubator.vector.VectorOperators.UMIN;
import static jdk.incubator.vector.VectorOperators.XOR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The functions of the scalar language on a vector of float32: lane by lane the very operations of {@link FloatMath},
 * which explains them. Change the two together. {@link VectorInliner} copies these methods into generated kernels, so
 * what they refer to is package-private.
 *
 * <p>Limits are kept by compare and blend, which take two instructions where the API's min and max take six. Each method
 * is small enough for C2 to inline; a call that is not inlined allocates its vectors.
 */
final class VectorMath {
  static final VectorSpecies<Float> FLOATS = Simd.FLOATS;
  static final VectorSpecies<Integer> INTS = Simd.FLOATS.vectorShape().withLanes(int.class);
  static final VectorSpecies<Byte> BYTES = Simd.LANES == 16 ? ByteVector.SPECIES_128
      : ByteVector.SPECIES_64;
  static final VectorSpecies<Short> SHORTS = Simd.LANES == 16 ? ShortVector.SPECIES_256
      : Simd.LANES == 8 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
  /** Shifts that bring each of four bytes of an int to the bottom; for 128-bit vectors. */
  static final IntVector BYTE_SHIFTS = IntVector.zero(INTS).addIndex(8);
  private static final long ONE_IN_EACH_BYTE = 0x0101010101010101L;

  private VectorMath() {}

  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(FLOATS, Memory.ALL, address, Memory.ORDER);
  }

  static void store(FloatVector v, long address) {
    v.intoMemorySegment(Memory.ALL, address, Memory.ORDER);
  }

  static FloatVector broadcast(float x) {
    return FloatVector.broadcast(FLOATS, x);
  }

  static VectorMask<Float> broadcast(boolean b) {
    return FLOATS.maskAll(b);
  }

  /** As many unsigned bytes as a vector has lanes, as floats. */
  static FloatVector loadBytes(long address) {
    IntVector ints = Simd.LANES == 4
        ? IntVector.broadcast(INTS, Memory.getInt(address)).lanewise(LSHR, BYTE_SHIFTS).and(0xff)
        : (IntVector) ByteVector.fromMemorySegment(BYTES, Memory.ALL, address, Memory.ORDER)
            .convertShape(ZERO_EXTEND_B2I, INTS, 0);
    return (FloatVector) ints.convert(I2F, 0);
  }

  /** A mask of as many bools as a vector has lanes. */
  static VectorMask<Float> loadMask(long address) {
    return loadBytes(address).compare(NE, 0f);
  }

  /** Stores a mask as bools, a byte each. */
  static void storeMask(VectorMask<Float> mask, long address) {
    long bits = mask.toLong();
    if (Simd.LANES == 4) {
      Memory.setInt(address, (int) spread(bits));
    } else {
      Memory.setLong(address, spread(bits & 0xff));
      if (Simd.LANES == 16) Memory.setLong(address + 8, spread(bits >>> 8));
    }
  }

  /** Eight bits as eight bytes of 0 or 1, the lowest bit first. */
  private static long spread(long bits) {
    long each = bits * ONE_IN_EACH_BYTE & 0x8040201008040201L;
    return each + 0x7f7f7f7f7f7f7f7fL >>> 7 & ONE_IN_EACH_BYTE;
  }

  /** As many unsigned 16-bit numbers as a vector has lanes. */
  static IntVector loadShorts(long address) {
    return (IntVector) ShortVector.fromMemorySegment(SHORTS, Memory.ALL, address, Memory.ORDER)
        .convertShape(ZERO_EXTEND_S2I, INTS, 0);
  }

  /** Stores the low 16 bits of each int. */
  static void storeShorts(IntVector v, long address) {
    ((ShortVector) v.convertShape(I2S, SHORTS, 0)).intoMemorySegment(Memory.ALL, address, Memory.ORDER);
  }

  static IntVector broadcast(int x) {
    return IntVector.broadcast(INTS, x);
  }

  static FloatVector fromBFloat16(IntVector bits) {
    return floats(bits.lanewise(LSHL, 16));
  }

  /** The upper halves after half a unit, and one more where the upper half is odd, was added to the lower ones. */
  static IntVector toBFloat16(FloatVector x) {
    IntVector bits = ints(x);
    IntVector upper = bits.lanewise(LSHR, 16);
    return bits.add(upper.and(1)).add(0x7fff).lanewise(LSHR, 16)
        .blend(upper.or(0x40), bits.and(~FloatMath.SIGN_BIT).compare(GT, 0x7f800000));
  }

  /**
   * The exponent and the fraction are moved to where float32 has them; a multiplication then makes up for the different
   * bias, exactly, subnormals included. What was infinite or NaN gets the largest exponent.
   */
  static FloatVector fromFloat16(IntVector bits) {
    IntVector moved = bits.and(0x7fff).lanewise(LSHL, 13);
    IntVector sign = bits.and(0x8000).lanewise(LSHL, 16);
    return floats(ints(floats(moved).mul(0x1p112f))
        .blend(moved.or(0x7f800000), moved.compare(GE, 0x7c00 << 13)).or(sign));
  }

  /**
   * Normal numbers are rounded by what is added below the digits that stay, as in {@link #toBFloat16}; a carry out of the
   * fraction is right, up to infinity. Below, adding 0.5 leaves the subnormal's digits, rounded, in the lowest bits.
   */
  static IntVector toFloat16(FloatVector x) {
    IntVector size = ints(x).and(~FloatMath.SIGN_BIT);
    IntVector normal = size.add(size.lanewise(LSHR, 13).and(1)).add(0xfff - (112 << 23)).lanewise(LSHR, 13);
    IntVector small = ints(floats(size).add(0.5f)).sub(126 << 23);
    IntVector beyond = broadcast(0x7c00).blend(0x7e00, size.compare(GT, 0x7f800000));
    return normal.blend(small, size.compare(LT, 113 << 23)).blend(beyond, size.compare(GE, 143 << 23))
        .or(ints(x).lanewise(LSHR, 16).and(0x8000));
  }

  static FloatVector toFloat(VectorMask<Float> mask) {
    return FloatVector.zero(FLOATS).blend(1f, mask);
  }

  static VectorMask<Float> toBool(FloatVector x) {
    return x.compare(NE, 0f);
  }

  // arithmetic

  static FloatVector add(FloatVector x, FloatVector y) {
    return x.add(y);
  }

  static FloatVector sub(FloatVector x, FloatVector y) {
    return x.sub(y);
  }

  static FloatVector mul(FloatVector x, FloatVector y) {
    return x.mul(y);
  }

  static FloatVector div(FloatVector x, FloatVector y) {
    return x.div(y);
  }

  static FloatVector fma(FloatVector x, FloatVector y, FloatVector z) {
    return x.fma(y, z);
  }

  static FloatVector neg(FloatVector x) {
    return floats(ints(x).lanewise(XOR, FloatMath.SIGN_BIT));
  }

  static FloatVector abs(FloatVector x) {
    return floats(ints(x).and(~FloatMath.SIGN_BIT));
  }

  static FloatVector sign(FloatVector x) {
    return x.blend(1f, x.compare(GT, 0f)).blend(-1f, x.compare(LT, 0f));
  }

  static FloatVector min(FloatVector x, FloatVector y) {
    return x.blend(y, y.compare(LT, x).or(y.compare(NE, y)));
  }

  static FloatVector max(FloatVector x, FloatVector y) {
    return x.blend(y, x.compare(LT, y).or(y.compare(NE, y)));
  }

  // Extremes of bits, taken as ints: one instruction each, whose result the next turn of a loop has at once.

  static FloatVector mostBits(FloatVector x, FloatVector y) {
    return floats(ints(x).max(ints(y)));
  }

  static FloatVector leastBits(FloatVector x, FloatVector y) {
    return floats(ints(x).min(ints(y)));
  }

  static FloatVector mostUnsignedBits(FloatVector x, FloatVector y) {
    return floats(ints(x).lanewise(UMAX, ints(y)));
  }

  static FloatVector sqrt(FloatVector x) {
    return x.sqrt();
  }

  static FloatVector rsqrt(FloatVector x) {
    return broadcast(1f).div(x.sqrt());
  }

  // comparisons and choice

  static VectorMask<Float> eq(FloatVector x, FloatVector y) {
    return x.compare(EQ, y);
  }

  static VectorMask<Float> ne(FloatVector x, FloatVector y) {
    return x.compare(NE, y);
  }

  static VectorMask<Float> lt(FloatVector x, FloatVector y) {
    return x.compare(LT, y);
  }

  static VectorMask<Float> le(FloatVector x, FloatVector y) {
    return x.compare(LE, y);
  }

  static VectorMask<Float> not(VectorMask<Float> m) {
    return m.not();
  }

  static VectorMask<Float> and(VectorMask<Float> m, VectorMask<Float> n) {
    return m.and(n);
  }

  static VectorMask<Float> or(VectorMask<Float> m, VectorMask<Float> n) {
    return m.or(n);
  }

  static VectorMask<Float> xor(VectorMask<Float> m, VectorMask<Float> n) {
    return m.xor(n);
  }

  static VectorMask<Float> ne(VectorMask<Float> m, VectorMask<Float> n) {
    return m.xor(n);
  }

  static VectorMask<Float> eq(VectorMask<Float> m, VectorMask<Float> n) {
    return m.xor(n).not();
  }

  static FloatVector select(VectorMask<Float> condition, FloatVector yes, FloatVector no) {
    return no.blend(yes, condition);
  }

  static VectorMask<Float> select(VectorMask<Float> condition, VectorMask<Float> yes, VectorMask<Float> no) {
    return condition.and(yes).or(no.andNot(condition));
  }

  /** The numbers where {@code z} is more than 0, or NaN; elsewhere 0. */
  static FloatVector whereAboveZero(FloatVector z, FloatVector numbers) {
    return numbers.blend(broadcast(0f), z.compare(LE, 0f));
  }

  // rounding

  static FloatVector round(FloatVector x) {
    var a = abs(x);
    var r = a.add(FloatMath.TWO_23).sub(FloatMath.TWO_23);
    return withSign(a.blend(r, a.compare(LT, FloatMath.TWO_23)), x);
  }

  static FloatVector floor(FloatVector x) {
    var r = round(x);
    return withSign(r.blend(r.sub(1f), r.compare(GT, x)), x);
  }

  static FloatVector ceil(FloatVector x) {
    var r = round(x);
    return withSign(r.blend(r.add(1f), r.compare(LT, x)), x);
  }

  static FloatVector trunc(FloatVector x) {
    var a = abs(x);
    var r = a.blend(a.add(FloatMath.TWO_23).sub(FloatMath.TWO_23), a.compare(LT, FloatMath.TWO_23));
    return withSign(r.blend(r.sub(1f), r.compare(GT, a)), x);
  }

  private static IntVector ints(FloatVector x) {
    return x.reinterpretAsInts();
  }

  private static FloatVector floats(IntVector x) {
    return x.reinterpretAsFloats();
  }

  private static FloatVector withSign(FloatVector value, FloatVector of) {
    return floats(ints(value).or(ints(of).and(FloatMath.SIGN_BIT)));
  }

  private static FloatVector atMost(FloatVector x, float limit) {
    return x.blend(limit, x.compare(GT, limit));
  }

  private static FloatVector atLeast(FloatVector x, float limit) {
    return x.blend(limit, x.compare(LT, limit));
  }

  // functions

  /**
   * The smaller of a limit and of numbers without a sign; NaN becomes the limit. Of bits, which are in the order of the
   * numbers: one instruction, where a comparison and a choice are two, and slower ones.
   */
  private static FloatVector capped(FloatVector x, float limit) {
    return floats(ints(x).min(Float.floatToRawIntBits(limit)));
  }

  /** The larger of a limit below zero and of numbers; NaN with a sign becomes the limit. */
  private static FloatVector notBelow(FloatVector x, float limit) {
    return floats(ints(x).lanewise(UMIN, Float.floatToRawIntBits(limit)));
  }

  /**
   * The numbers that exp takes. Bits are moved up so far that NaNs come to lie where those of the other sign begin, out of
   * reach of both limits.
   */
  private static FloatVector withinExp(FloatVector x) {
    int up = FloatMath.BEYOND_INFINITY;
    return floats(ints(x).add(up).min(Float.floatToRawIntBits(FloatMath.EXP_MAX) + up)
        .lanewise(UMIN, Float.floatToRawIntBits(FloatMath.EXP_MIN) + up).sub(up));
  }

  static FloatVector exp(FloatVector x) {
    x = withinExp(x);
    var t = x.fma(broadcast(FloatMath.LOG2_E), broadcast(FloatMath.TWICE_BIASED_ROUNDER));
    var p = expOfRest(x, t.sub(FloatMath.TWICE_BIASED_ROUNDER));
    var half = ints(t).lanewise(LSHL, 22).and(FloatMath.EXPONENT);
    var other = ints(t).lanewise(LSHL, 23).sub(half);
    return p.mul(floats(half)).mul(floats(other));
  }

  static FloatVector expBounded(FloatVector x) {
    return expLifted(notBelow(x, FloatMath.EXP_MIN));
  }

  private static FloatVector expLifted(FloatVector x) {
    var t = x.fma(broadcast(FloatMath.LOG2_E), broadcast(FloatMath.LIFTING_ROUNDER));
    var power = floats(ints(t).lanewise(LSHL, 23));
    return expOfRest(x, t.sub(FloatMath.LIFTING_ROUNDER)).mul(power).mul(1 / FloatMath.LIFT);
  }

  private static FloatVector expRest(FloatVector x, FloatVector n) {
    return n.fma(broadcast(-FloatMath.LN2_LOW), n.fma(broadcast(-FloatMath.LN2_HIGH), x));
  }

  private static FloatVector expTerms(FloatVector r) {
    var p = r.fma(broadcast(FloatMath.EXP_4), broadcast(FloatMath.EXP_3));
    p = p.fma(r, broadcast(FloatMath.EXP_2));
    p = p.fma(r, broadcast(FloatMath.EXP_1));
    return p.fma(r, broadcast(FloatMath.EXP_0));
  }

  private static FloatVector expOfRest(FloatVector x, FloatVector n) {
    var r = expRest(x, n);
    var p = expTerms(r).fma(r, broadcast(1f));
    return p.fma(r, broadcast(1f));
  }

  private static FloatVector scaled(FloatVector p, FloatVector t) {
    return floats(ints(p).add(ints(t).lanewise(LSHL, 23)));
  }

  private static FloatVector expReduced(FloatVector x, FloatVector n) {
    var r = expRest(x, n);
    return expTerms(r).fma(r.mul(r), r);
  }

  private static FloatVector power(IntVector k) {
    return floats(k.add(127).lanewise(LSHL, 23));
  }

  static FloatVector expm1(FloatVector x) {
    var y = atLeast(atMost(x, FloatMath.EXP_MAX), FloatMath.EXPM1_MIN);
    var t = y.fma(broadcast(FloatMath.LOG2_E), broadcast(FloatMath.ROUNDER));
    var k = ints(t).sub(FloatMath.ROUNDER_BITS);
    var p = expReduced(y, t.sub(FloatMath.ROUNDER));
    var s = power(k.sub(1));
    var r = p.fma(s, s.sub(0.5f));
    var small = x.mul(x).fma(broadcast(0.5f), x);
    return withSign(r.add(r).blend(small, abs(x).compare(LT, 1e-4f)), x);
  }

  static FloatVector log(FloatVector x) {
    var tiny = x.compare(LT, Float.MIN_NORMAL);
    var y = x.blend(x.mul(FloatMath.TWO_23), tiny);
    var e = ints(y).sub(FloatMath.SQRT_HALF_BITS).lanewise(ASHR, 23);
    var f = floats(ints(y).sub(e.lanewise(LSHL, 23))).sub(1f);
    var exponent = (FloatVector) e.convert(I2F, 0);
    exponent = exponent.blend(exponent.sub(23f), tiny);
    var r = logReduced(f, exponent, broadcast(0f));
    r = x.blend(r, x.compare(LT, Float.POSITIVE_INFINITY));
    r = r.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0f));
    return r.blend(Float.NaN, x.compare(LT, 0f));
  }

  static FloatVector log1p(FloatVector x) {
    var u = x.add(1f);
    var e = ints(u).sub(FloatMath.SQRT_HALF_BITS).lanewise(ASHR, 23);
    var f = floats(ints(u).sub(e.lanewise(LSHL, 23))).sub(1f);
    var lost = x.sub(u.sub(1f));
    lost = broadcast(1f).sub(u.sub(x)).blend(lost, x.compare(LT, 1f));
    var r = logReduced(f, (FloatVector) e.convert(I2F, 0), lost.div(u));
    r = u.blend(r, u.compare(LT, Float.POSITIVE_INFINITY));
    r = r.blend(Float.NEGATIVE_INFINITY, u.compare(EQ, 0f));
    r = r.blend(Float.NaN, u.compare(LT, 0f));
    var small = x.mul(x).fma(broadcast(-0.5f), x);
    return withSign(r.blend(small, abs(x).compare(LT, 1e-4f)), x);
  }

  private static FloatVector logReduced(FloatVector f, FloatVector e, FloatVector small) {
    var z = f.mul(f);
    var p = f.fma(broadcast(FloatMath.LOG_8), broadcast(FloatMath.LOG_7));
    p = p.fma(f, broadcast(FloatMath.LOG_6));
    p = p.fma(f, broadcast(FloatMath.LOG_5));
    p = p.fma(f, broadcast(FloatMath.LOG_4));
    p = p.fma(f, broadcast(FloatMath.LOG_3));
    p = p.fma(f, broadcast(FloatMath.LOG_2));
    p = p.fma(f, broadcast(FloatMath.LOG_1));
    p = p.fma(f, broadcast(FloatMath.LOG_0));
    p = p.fma(f.mul(z), small);
    p = e.fma(broadcast(FloatMath.LN2_LOW), p);
    p = z.fma(broadcast(-0.5f), p);
    return e.fma(broadcast(FloatMath.LN2_HIGH), f.add(p));
  }

  static FloatVector sin(FloatVector x) {
    return abs(x).compare(GT, FloatMath.TRIG_MAX).anyTrue() ? sinOfLarge(x, 0) : sinQuadrant(x, 0);
  }

  static FloatVector cos(FloatVector x) {
    return abs(x).compare(GT, FloatMath.TRIG_MAX).anyTrue() ? sinOfLarge(x, 1) : sinQuadrant(x, 1);
  }

  /** Rare: lane by lane. */
  static FloatVector sinOfLarge(FloatVector x, int shift) {
    var lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++)
      lanes[i] = shift == 0 ? FloatMath.sin(lanes[i]) : FloatMath.cos(lanes[i]);
    return FloatVector.fromArray(FLOATS, lanes, 0);
  }

  private static FloatVector sinQuadrant(FloatVector x, int shift) {
    var t = x.fma(broadcast(FloatMath.TWO_OVER_PI), broadcast(FloatMath.ROUNDER));
    var n = t.sub(FloatMath.ROUNDER);
    var quadrant = ints(t).add(shift);
    var r = n.fma(broadcast(-FloatMath.HALF_PI_1), x);
    r = n.fma(broadcast(-FloatMath.HALF_PI_2), r);
    r = n.fma(broadcast(-FloatMath.HALF_PI_3), r);
    var p = n.mul(FloatMath.HALF_PI_4);
    var low = n.fma(broadcast(FloatMath.HALF_PI_5), n.fma(broadcast(FloatMath.HALF_PI_4), neg(p)));
    var d = r.sub(p);
    r = d.add(r.sub(d).sub(p).sub(low));
    var z = r.mul(r);
    var s = z.fma(broadcast(FloatMath.SIN_2), broadcast(FloatMath.SIN_1));
    s = s.fma(z, broadcast(FloatMath.SIN_0));
    s = s.fma(z.mul(r), r);
    var q = z.fma(broadcast(FloatMath.COS_2), broadcast(FloatMath.COS_1));
    q = q.fma(z, broadcast(FloatMath.COS_0));
    q = q.fma(z.mul(z), z.fma(broadcast(-0.5f), broadcast(1f)));
    var even = quadrant.and(1).compare(EQ, 0).cast(FLOATS);
    var y = q.blend(s, even);
    y = floats(ints(y).lanewise(XOR, quadrant.and(2).lanewise(LSHL, 30)));
    return shift == 0 ? y.blend(x, x.compare(EQ, 0f)) : y;
  }

  static FloatVector tanh(FloatVector x) {
    var a = abs(x);
    var s = a.mul(a);
    var p = s.fma(broadcast(FloatMath.TANH_4), broadcast(FloatMath.TANH_3));
    p = p.fma(s, broadcast(FloatMath.TANH_2));
    p = p.fma(s, broadcast(FloatMath.TANH_1));
    p = p.fma(s, broadcast(FloatMath.TANH_0));
    var small = p.mul(s).fma(a, a);
    var e = expOfTwice(capped(a, FloatMath.TANH_MAX));
    var large = broadcast(1f).sub(broadcast(2f).div(e.add(1f)));
    return withSign(small.blend(large, a.compare(GE, FloatMath.TANH_SPLIT)), x);
  }

  private static FloatVector expOfTwice(FloatVector x) {
    var t = x.fma(broadcast(2 * FloatMath.LOG2_E), broadcast(FloatMath.ROUNDER));
    var n = t.sub(FloatMath.ROUNDER);
    var r = n.fma(broadcast(-FloatMath.LN2_HIGH / 2), x);
    r = n.fma(broadcast(-FloatMath.LN2_LOW / 2), r);
    var p = r.fma(broadcast(64 * FloatMath.EXP_4), broadcast(32 * FloatMath.EXP_3));
    p = p.fma(r, broadcast(16 * FloatMath.EXP_2));
    p = p.fma(r, broadcast(8 * FloatMath.EXP_1));
    p = p.fma(r, broadcast(4 * FloatMath.EXP_0));
    p = p.fma(r, broadcast(2f));
    return scaled(p.fma(r, broadcast(1f)), t);
  }

  static FloatVector sigmoid(FloatVector x) {
    var e = expLifted(atLeast(floats(ints(x).or(FloatMath.SIGN_BIT)), FloatMath.EXP_MIN));
    var top = broadcast(1f).blend(e, x.compare(LT, 0f));
    var d = e.add(1f);
    var more = d.sub(1f).sub(e);
    var q = top.div(d);
    return more.fma(q, q);
  }

  static FloatVector erf(FloatVector x) {
    var a = abs(x);
    var s = a.mul(a);
    var p = s.fma(broadcast(FloatMath.ERF_5), broadcast(FloatMath.ERF_4));
    p = p.fma(s, broadcast(FloatMath.ERF_3));
    p = p.fma(s, broadcast(FloatMath.ERF_2));
    p = p.fma(s, broadcast(FloatMath.ERF_1));
    p = p.fma(s, broadcast(FloatMath.ERF_0));
    var small = p.fma(a, a);
    var large = broadcast(1f).sub(erfc(capped(a, FloatMath.ERF_MAX)));
    return withSign(small.blend(large, a.compare(GE, FloatMath.ERF_SPLIT)), x);
  }

  private static FloatVector erfc(FloatVector x) {
    var q = x.fma(broadcast(FloatMath.ERFC_5), broadcast(FloatMath.ERFC_4));
    q = q.fma(x, broadcast(FloatMath.ERFC_3));
    q = q.fma(x, broadcast(FloatMath.ERFC_2));
    q = q.fma(x, broadcast(FloatMath.ERFC_1));
    q = q.fma(x, broadcast(FloatMath.ERFC_0));
    var power = q.mul(x);
    var t = power.add(FloatMath.ROUNDER);
    var r = power.sub(t.sub(FloatMath.ROUNDER));
    var p = r.fma(broadcast(FloatMath.EXP2_5), broadcast(FloatMath.EXP2_4));
    p = p.fma(r, broadcast(FloatMath.EXP2_3));
    p = p.fma(r, broadcast(FloatMath.EXP2_2));
    p = p.fma(r, broadcast(FloatMath.EXP2_1));
    return scaled(p.fma(r, broadcast(1f)), t);
  }

  /** Lane by lane, through float64. */
  static FloatVector pow(FloatVector x, FloatVector y) {
    var bases = x.toArray();
    var exponents = y.toArray();
    for (int i = 0; i < bases.length; i++) bases[i] = FloatMath.pow(bases[i], exponents[i]);
    return FloatVector.fromArray(FLOATS, bases, 0);
  }
}
