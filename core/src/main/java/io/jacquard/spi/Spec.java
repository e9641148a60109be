package io.jacquard.spi;

import io.jacquard.DType;
import io.jacquard.Shape;

/**
 * What is known of a tensor before it is computed: its type and its shape.
 *
 * <pre>{@code
 * System.out.println(new Spec(DType.FLOAT32, Shape.of(2, 3)));   // float32[2, 3]
 * }</pre>
 */
public record Spec(DType dtype, Shape shape) {
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
