package io.jacquard.spi;

/** A running fold along one axis: element i is the fold of elements 0 to i. */
public enum Scan {
  SUM, PRODUCT, MIN, MAX
}
