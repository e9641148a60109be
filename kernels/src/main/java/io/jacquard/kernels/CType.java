package io.jacquard.kernels;

import io.jacquard.DType;

/** What a {@link DType} is called in the dialect: in memory, as a value, and in the names of functions. */
final class CType {
  private CType() {}

  /** The type of an element in memory. */
  static String memory(DType type) {
    return switch (type) {
      case FLOAT32 -> "float";
      case FLOAT64 -> "double";
      case INT32 -> "int";
      case INT64 -> "i64";
      case UINT8, BOOL -> "u8";
      case BFLOAT16, FLOAT16 -> "u16";
    };
  }

  /** The type of a value; small integers and bools are ints, and so are the bits of a half. */
  static String value(DType type) {
    return switch (type) {
      case UINT8, BOOL, BFLOAT16, FLOAT16 -> "int";
      default -> memory(type);
    };
  }

  /** The start of the names of functions on this type: {@code f32} in {@code f32_exp}. */
  static String prefix(DType type) {
    return switch (type) {
      case FLOAT32 -> "f32";
      case FLOAT64 -> "f64";
      case INT32 -> "i32";
      case INT64 -> "i64";
      case UINT8 -> "u8";
      case BOOL -> "bool";
      case BFLOAT16 -> "bf16";
      case FLOAT16 -> "f16";
    };
  }

  /** A value of the type, given as raw bits. */
  static String constant(DType type, long bits) {
    return switch (type) {
      case FLOAT32 -> "BITS_F32(0x" + Integer.toHexString((int) bits) + "u) /* " + type.value(bits) + " */";
      case FLOAT64 -> "BITS_F64(0x" + Long.toHexString(bits) + "UL) /* " + type.value(bits) + " */";
      case INT64 -> bits == Long.MIN_VALUE ? "I64_MIN" : bits + "L";
      default -> bits == Integer.MIN_VALUE ? "I32_MIN" : Long.toString(bits);
    };
  }

  /** A value of the type from the raw bits in an i64 variable. */
  static String fromBits(DType type, String variable) {
    return switch (type) {
      case FLOAT32 -> "BITS_F32(" + variable + ")";
      case FLOAT64 -> "BITS_F64(" + variable + ")";
      case INT64 -> variable;
      default -> "(int)" + variable;
    };
  }

  /** A value converted as {@link io.jacquard.expr.Node.Cast} says. */
  static String cast(DType from, DType to, String value) {
    // What is computed with as an int converts as an int.
    var source = from == DType.UINT8 || from == DType.BOOL ? DType.INT32 : from;
    return prefix(source) + "_to_" + prefix(to) + "(" + value + ")";
  }
}
