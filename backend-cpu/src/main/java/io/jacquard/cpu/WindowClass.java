package io.jacquard.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Places of a convolution's result, over all dimensions, that see the same taps; see {@link WindowAxis}. Positions are in
 * bytes.
 *
 * @param taps the numbers of the taps, in ascending order, row by row of the kernel
 * @param tapAt for each of them, where in the source it lies, from the first
 * @param target where the places lie in the result
 * @param source for each of them, where in the source the first tap lies
 */
record WindowClass(int[] taps, long[] tapAt, long[] target, long[] source) {

  /**
   * All classes of one image.
   *
   * @param axes the classes along each dimension
   * @param kernel taps along each dimension
   * @param targetStrides of the result's spatial dimensions
   * @param sourceStrides of the source's
   */
  static List<WindowClass> of(List<List<WindowAxis>> axes, long[] kernel, long[] targetStrides,
      long[] sourceStrides) {
    List<WindowClass> classes = List.of(new WindowClass(new int[1], new long[1], new long[1], new long[1]));
    for (int a = 0; a < kernel.length; a++) {
      var more = new ArrayList<WindowClass>();
      for (var outer : classes) {
        for (var axis : axes.get(a))
          more.add(outer.times(axis, kernel[a], targetStrides[a], sourceStrides[a]));
      }
      classes = more;
    }
    return classes;
  }

  private WindowClass times(WindowAxis axis, long kernel, long targetStride, long sourceStride) {
    int t = axis.taps().length;
    int p = axis.target().length;
    var product = new WindowClass(new int[taps.length * t], new long[taps.length * t],
        new long[target.length * p],
        new long[target.length * p]);
    for (int i = 0; i < product.taps.length; i++) {
      product.taps[i] = (int) (taps[i / t] * kernel) + axis.taps()[i % t];
      product.tapAt[i] = tapAt[i / t] + axis.tapAt()[i % t] * sourceStride;
    }
    for (int i = 0; i < product.target.length; i++) {
      product.target[i] = target[i / p] + axis.target()[i % p] * targetStride;
      product.source[i] = source[i / p] + axis.source()[i % p] * sourceStride;
    }
    return product;
  }
}
