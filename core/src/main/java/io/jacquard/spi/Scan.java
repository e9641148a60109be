package io.jacquard.spi;

/**
 * A running fold along one axis: element i is the fold of elements 0 to i.
 *
 * <pre>{@code
 * backend.scan(Scan.SUM, 0, x.view(), y.view());   // running sums along axis 0
 * }</pre>
 *
 * <p>The types are those of {@link Reduction}: sums and products of integers and bools are int64, and {@code MIN} and
 * {@code MAX} give NaN from the first NaN on.
 */
public enum Scan {
  SUM, PRODUCT, MIN, MAX
}
