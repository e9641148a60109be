package io.jacquard.cpu;

import io.jacquard.BFloat16;

/** The casts of the scalar language on one value; a uint8 is an int from 0 to 255, a half an int of its 16 bits. */
final class Casts {
  private Casts() {}

  static float fromBFloat16(int bits) {
    return BFloat16.toFloat((short) bits);
  }

  static float fromFloat16(int bits) {
    return Float.float16ToFloat((short) bits);
  }

  static int toBFloat16(float x) {
    return BFloat16.of(x) & 0xffff;
  }

  static int toFloat16(float x) {
    return Float.floatToFloat16(x) & 0xffff;
  }

  static float toFloat(float x) {
    return x;
  }

  static double toDouble(float x) {
    return x;
  }

  static int toInt(float x) {
    return (int) x;
  }

  static long toLong(float x) {
    return (long) x;
  }

  static int toByte(float x) {
    return Math.clamp((long) x, 0, 255);
  }

  static boolean toBool(float x) {
    return x != 0;
  }

  static float toFloat(double x) {
    return (float) x;
  }

  static double toDouble(double x) {
    return x;
  }

  static int toInt(double x) {
    return (int) x;
  }

  static long toLong(double x) {
    return (long) x;
  }

  static int toByte(double x) {
    return Math.clamp((long) x, 0, 255);
  }

  static boolean toBool(double x) {
    return x != 0;
  }

  static float toFloat(int x) {
    return x;
  }

  static double toDouble(int x) {
    return x;
  }

  static int toInt(int x) {
    return x;
  }

  static long toLong(int x) {
    return x;
  }

  static int toByte(int x) {
    return x & 0xff;
  }

  static boolean toBool(int x) {
    return x != 0;
  }

  static float toFloat(long x) {
    return x;
  }

  static double toDouble(long x) {
    return x;
  }

  static int toInt(long x) {
    return (int) x;
  }

  static long toLong(long x) {
    return x;
  }

  static int toByte(long x) {
    return (int) x & 0xff;
  }

  static boolean toBool(long x) {
    return x != 0;
  }

  static float toFloat(boolean x) {
    return x ? 1f : 0f;
  }

  static double toDouble(boolean x) {
    return x ? 1 : 0;
  }

  static int toInt(boolean x) {
    return x ? 1 : 0;
  }

  static long toLong(boolean x) {
    return x ? 1 : 0;
  }

  static int toByte(boolean x) {
    return x ? 1 : 0;
  }

  static boolean toBool(boolean x) {
    return x;
  }
}
